import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from '../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { KeySetSightings } from '../core/keys/distribution/key-set-sightings.ts';
import { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { IssuerMetadata } from '../transport/http/issuer-metadata.ts';
import { IntrospectToken } from '../core/revocation/introspect-token.ts';
import { RevokeToken } from '../core/revocation/revoke-token.ts';
import { RevocationFeed } from '../core/revocation/revocation-feed.ts';
import { PresentedTokenController } from '../transport/http/presented-token.controller.ts';
import { RevocationKeys, RevocationsController } from '../transport/http/revocations.controller.ts';
import { TokenController } from '../transport/http/token.controller.ts';
import { WellKnownController } from '../transport/http/well-known.controller.ts';

interface PublicParts {
  readonly issueToken: IssueToken;
  readonly certificates: CertificateEvidence;
  readonly revokeToken: RevokeToken;
  readonly introspectToken: IntrospectToken;
  readonly keys: KeyRing;
  readonly metadata: IssuerMetadata;
  readonly sightings: KeySetSightings;
  readonly revocations: { readonly feed: RevocationFeed };
  readonly revocationKeys: KeyRing;
}

@Module({})
export class PublicHttpModule {
  static serving(parts: PublicParts): DynamicModule {
    return {
      module: PublicHttpModule,
      controllers: [TokenController, PresentedTokenController, WellKnownController, RevocationsController],
      providers: [
        { provide: IssueToken, useValue: parts.issueToken },
        { provide: CertificateEvidence, useValue: parts.certificates },
        { provide: KeyRing, useValue: parts.keys },
        { provide: IssuerMetadata, useValue: parts.metadata },
        { provide: KeySetSightings, useValue: parts.sightings },
        { provide: RevokeToken, useValue: parts.revokeToken },
        { provide: IntrospectToken, useValue: parts.introspectToken },
        { provide: RevocationFeed, useValue: parts.revocations.feed },
        { provide: RevocationKeys, useValue: parts.revocationKeys },
      ],
    };
  }
}
