import type { Secret } from './secret.ts';

/** Proof of who the client is, for one request. */
export interface ClientEvidence {
  readonly kind: 'client_secret';
  readonly clientId: string;
  readonly secret: Secret;
}

/** Where the proof comes from; asked anew for every request, so that what rotates is noticed. */
export interface ClientIdentity {
  readonly clientId: string;
  /** @throws TokenRequestError if there is none to be had */
  evidence(): Promise<ClientEvidence>;
  /** What to try once more with after the issuer refused `refused`; `undefined` if there is nothing newer. */
  replacement(refused: ClientEvidence): Promise<ClientEvidence | undefined>;
}
