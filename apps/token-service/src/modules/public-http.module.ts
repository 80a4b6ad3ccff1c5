import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { IssuerMetadata } from '../transport/http/issuer-metadata.ts';
import { TokenController } from '../transport/http/token.controller.ts';
import { WellKnownController } from '../transport/http/well-known.controller.ts';

@Module({})
export class PublicHttpModule {
  static serving(parts: {
    issueToken: IssueToken;
    certificates: CertificateEvidence;
    keys: KeyRing;
    metadata: IssuerMetadata;
  }): DynamicModule {
    return {
      module: PublicHttpModule,
      controllers: [TokenController, WellKnownController],
      providers: [
        { provide: IssueToken, useValue: parts.issueToken },
        { provide: CertificateEvidence, useValue: parts.certificates },
        { provide: KeyRing, useValue: parts.keys },
        { provide: IssuerMetadata, useValue: parts.metadata },
      ],
    };
  }
}
