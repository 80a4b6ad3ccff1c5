import type { SigningAlgorithm } from '@mintmark/contract';
import type { CredentialKind } from '../../model/client.ts';
import type { SenderConstraint } from '../../model/resource.ts';

/** What the running service can do of all that a declaration may say. The rest is refused, never silently accepted. */
export interface DeclarationSupport {
  readonly credentialKinds: readonly CredentialKind[];
  readonly signingAlgorithms: readonly SigningAlgorithm[];
  readonly senderConstraints: readonly SenderConstraint[];
}
