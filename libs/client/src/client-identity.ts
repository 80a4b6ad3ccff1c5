import type { Secret } from './secret.ts';

/** Proof of who the client is, for one request. */
export type ClientEvidence =
  | { readonly kind: 'client_secret'; readonly clientId: string; readonly secret: Secret }
  /** RFC 7523: signed by the client itself or by the platform it runs on. */
  | { readonly kind: 'client_assertion'; readonly assertion: Secret; readonly clientId?: string }
  /** RFC 8705: shown in the TLS handshake. */
  | {
      readonly kind: 'client_certificate';
      readonly clientId: string;
      /** PEM, with its chain. */
      readonly certificate: string;
      readonly privateKey: Secret;
      /** PEM: who may vouch for the token service, instead of the system's authorities. */
      readonly authority?: string;
    };

/** Where the proof comes from; asked anew for every request, so that what rotates is noticed. */
export interface ClientIdentity {
  /** Absent where the issuer finds the client by what the proof says. */
  readonly clientId?: string;
  /** @throws TokenRequestError if there is none to be had */
  evidence(): Promise<ClientEvidence>;
  /** What to try once more with after the issuer refused `refused`, the very object that it was sent; `undefined` if there is nothing newer. */
  replacement(refused: ClientEvidence): Promise<ClientEvidence | undefined>;
}
