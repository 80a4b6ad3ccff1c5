import { randomUUID } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import {
  createTestIssuer,
  newCertificate,
  newKey,
  type TestIssuer,
  type TestKey,
  type TokenParts,
} from '@mintmark/testing';
import { localKeySet, type VerifierOptions } from '@mintmark/verifier';

export type Claims = Readonly<Record<string, unknown>>;

/** What the attacked resource trusts, and what an attacker may be supposed to have. */
export class Scene {
  readonly issuer: TestIssuer = createTestIssuer({ issuer: 'https://tokens.internal', audience: 'inventory' });
  /** Trusted, one per algorithm. The policy allows all but `Ed25519`, which is there to show that the policy counts. */
  readonly keys = {
    es256: this.issuer.key,
    otherEs256: newKey('ES256'),
    eddsa: newKey('EdDSA'),
    ed25519: newKey('Ed25519'),
    rs256: newKey('RS256'),
    ps256: newKey('PS256'),
  } as const;
  /** The attacker's own. */
  readonly stranger: TestKey = newKey('ES256');
  /** Of an honest client, for proofs of possession. */
  readonly client: TestKey = newKey('ES256');
  /** Of the same client, and of another. */
  readonly certificates = { own: newCertificate('orders'), other: newCertificate('billing') } as const;
  /** What is called, as the resource is configured to be reached. */
  called = { method: 'GET', url: 'https://inventory.internal/stock' };
  /** A URL of the attacker's; set by whoever watches whether it is called. */
  trap = 'http://127.0.0.1:9/trap.json';

  readonly algorithms: readonly SigningAlgorithm[] = ['ES256', 'EdDSA', 'RS256', 'PS256'];

  /** The key set. One key is there a second time under a kid of another form, to show that the form counts. */
  jwks(): { keys: readonly object[] } {
    const keys = Object.values(this.keys).map(({ jwk }) => jwk);
    return { keys: [...keys, { ...this.keys.es256.jwk, kid: 'keys/legacy' }] };
  }

  get trust(): VerifierOptions {
    const { issuer, audience, revocations } = this.issuer.trust;
    return { issuer, audience, revocations, algorithms: this.algorithms, keys: localKeySet(this.jwks()) };
  }

  get now(): number {
    return this.issuer.now();
  }

  /** A good token's claims. */
  claims(): Claims {
    return { ...this.issuer.claims(), jti: randomUUID() };
  }

  header(key: TestKey = this.keys.es256): Record<string, unknown> {
    return this.issuer.header(key);
  }

  sign(parts: TokenParts): string {
    return this.issuer.sign(parts);
  }
}
