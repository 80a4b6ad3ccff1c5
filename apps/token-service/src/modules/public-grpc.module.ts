import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { TokenGrpcController } from '../transport/grpc/token.grpc-controller.ts';

@Module({})
export class PublicGrpcModule {
  static serving(parts: { issueToken: IssueToken }): DynamicModule {
    return {
      module: PublicGrpcModule,
      controllers: [TokenGrpcController],
      providers: [{ provide: IssueToken, useValue: parts.issueToken }],
    };
  }
}
