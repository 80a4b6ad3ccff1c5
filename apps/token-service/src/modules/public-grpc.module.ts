import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { IntrospectToken } from '../core/revocation/introspect-token.ts';
import { RevokeToken } from '../core/revocation/revoke-token.ts';
import { TokenGrpcController } from '../transport/grpc/token.grpc-controller.ts';

interface PublicParts {
  readonly issueToken: IssueToken;
  readonly certificates: CertificateEvidence;
  readonly revokeToken: RevokeToken;
  readonly introspectToken: IntrospectToken;
}

@Module({})
export class PublicGrpcModule {
  static serving(parts: PublicParts): DynamicModule {
    return {
      module: PublicGrpcModule,
      controllers: [TokenGrpcController],
      providers: [
        { provide: IssueToken, useValue: parts.issueToken },
        { provide: CertificateEvidence, useValue: parts.certificates },
        { provide: RevokeToken, useValue: parts.revokeToken },
        { provide: IntrospectToken, useValue: parts.introspectToken },
      ],
    };
  }
}
