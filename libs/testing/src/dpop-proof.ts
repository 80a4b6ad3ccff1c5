import { createHash, randomUUID } from 'node:crypto';
import { signCompact } from '@mintmark/jws';
import type { TestKey } from './test-key.ts';

export interface DpopCall {
  /** The access token; bound to the key by `issuer.token({ cnf: { jkt: key.kid } })`. */
  readonly token: string;
  /** HTTP method; `POST` for gRPC. */
  readonly method: string;
  readonly url: string;
  /** NumericDate, as `issuer.now()` says it; default: the system's. */
  readonly issuedAt?: number;
}

/** A DPoP proof for one call (RFC 9449 §4.2), as a client with that key makes it. */
export function dpopProof(key: TestKey, { token, method, url, issuedAt }: DpopCall): string {
  const { kid: _kid, alg: _alg, use: _use, ...jwk } = key.jwk as unknown as Record<string, string>;
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: url,
    iat: issuedAt ?? Math.floor(Date.now() / 1000),
    ath: createHash('sha256').update(token).digest('base64url'),
  };
  const header = { typ: 'dpop+jwt', alg: key.algorithm, jwk };
  return signCompact(header, claims, key.privateKey);
}
