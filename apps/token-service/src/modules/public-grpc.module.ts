import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { IntrospectToken } from '../core/revocation/introspect-token.ts';
import { RevokeToken } from '../core/revocation/revoke-token.ts';
import { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { KeySetWatch } from '../core/keys/distribution/watch/key-set-watch.ts';
import { KeySetGrpcController } from '../transport/grpc/keyset.grpc-controller.ts';
import { TokenGrpcController } from '../transport/grpc/token.grpc-controller.ts';
import { RequestLog } from '../transport/request-log.ts';

interface Parts {
  readonly issueToken: IssueToken;
  readonly certificates: CertificateEvidence;
  readonly revokeToken: RevokeToken;
  readonly introspectToken: IntrospectToken;
  readonly keys: KeyRing;
  readonly keySetWatch: KeySetWatch;
  readonly requestLog: RequestLog;
}

@Module({})
export class PublicGrpcModule {
  static serving(parts: Parts): DynamicModule {
    return {
      module: PublicGrpcModule,
      controllers: [TokenGrpcController, KeySetGrpcController],
      providers: [
        { provide: IssueToken, useValue: parts.issueToken },
        { provide: CertificateEvidence, useValue: parts.certificates },
        { provide: RevokeToken, useValue: parts.revokeToken },
        { provide: IntrospectToken, useValue: parts.introspectToken },
        { provide: KeyRing, useValue: parts.keys },
        { provide: KeySetWatch, useValue: parts.keySetWatch },
        { provide: RequestLog, useValue: parts.requestLog },
      ],
    };
  }
}
