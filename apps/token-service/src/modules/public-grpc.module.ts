import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { TokenGrpcController } from '../transport/grpc/token.grpc-controller.ts';

@Module({})
export class PublicGrpcModule {
  static serving(parts: { issueToken: IssueToken; certificates: CertificateEvidence }): DynamicModule {
    return {
      module: PublicGrpcModule,
      controllers: [TokenGrpcController],
      providers: [
        { provide: IssueToken, useValue: parts.issueToken },
        { provide: CertificateEvidence, useValue: parts.certificates },
      ],
    };
  }
}
