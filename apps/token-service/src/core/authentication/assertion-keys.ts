import { jwkThumbprint, verifyBytes, type JsonObject, type VerificationKey } from '@mintmark/jws';
import { importAssertionKey } from '../model/assertion-key.ts';
import type { DeclaredJwk, DeclaredKeys } from '../model/client.ts';
import type { AssertionAlgorithm } from '../model/trusted-issuer.ts';
import type { RemoteKeys } from '../ports/remote-keys.ts';
import type { Assertion } from './assertion-checks.ts';

/** Whose signature it is, or why that is not known. */
export type Signer =
  | { readonly found: true; /** RFC 7638. */ readonly thumbprint: string }
  | { readonly found: false; readonly reason: 'key-unknown' | 'signature-wrong' | 'keys-unavailable' };

/** Looks for the key, among those declared and nowhere else, that made the signature. */
export async function findSigner(
  assertion: Assertion,
  sources: readonly DeclaredKeys[],
  remote: RemoteKeys,
): Promise<Signer> {
  const found = await Promise.all(sources.map((source) => candidates(source, assertion, remote)));
  const keys = found.flatMap((each) => (each === 'unavailable' ? [] : each));
  const fitting = keys.filter(({ algorithm }) => isSame(algorithm, assertion.algorithm)).slice(0, MOST_ATTEMPTS);
  const { signingInput, signature } = assertion.jws;
  const signer = fitting.find((key) => verifyBytes(assertion.algorithm, key.publicKey, signingInput, signature));
  if (signer) return { found: true, thumbprint: signer.thumbprint };
  if (found.includes('unavailable')) return { found: false, reason: 'keys-unavailable' };
  return { found: false, reason: fitting.length === 0 ? 'key-unknown' : 'signature-wrong' };
}

/** Signatures that one request may have verified; without `kid` every key of the client comes into question. */
const MOST_ATTEMPTS = 8;

async function candidates(
  source: DeclaredKeys,
  { kid }: Assertion,
  remote: RemoteKeys,
): Promise<readonly VerificationKey[] | 'unavailable'> {
  if (!('jwks' in source)) return remote.find(source.jwksUri, kid);
  return declaredKeys(source.jwks.keys)
    .filter(({ ids }) => kid === undefined || ids.includes(kid))
    .map(({ key }) => key);
}

interface DeclaredKey {
  /** What an assertion may call it: its `kid` and its thumbprint. */
  readonly ids: readonly unknown[];
  readonly key: VerificationKey;
}

/** Importing a key costs more than using it. */
const imported = new WeakMap<readonly DeclaredJwk[], readonly DeclaredKey[]>();

function declaredKeys(jwks: readonly DeclaredJwk[]): readonly DeclaredKey[] {
  const known = imported.get(jwks);
  if (known) return known;
  const keys = jwks.flatMap((jwk) => {
    const key = importAssertionKey(jwk);
    return key ? [{ ids: [jwk['kid'], jwkThumbprint(jwk as JsonObject)], key }] : [];
  });
  imported.set(jwks, keys);
  return keys;
}

/** RFC 9864: two names of one algorithm. */
const ED25519: readonly string[] = ['EdDSA', 'Ed25519'];

function isSame(ofKey: string, named: AssertionAlgorithm): boolean {
  return ofKey === named || (ED25519.includes(ofKey) && ED25519.includes(named));
}
