import type { SigningAlgorithm } from '@mintmark/contract';
import type { DeclaredKeys } from './client.ts';

/** What kind of tokens an issuer makes for workloads: each kind has rules of its own for header and claims. */
export const ISSUER_PROFILES = ['kubernetes', 'spiffe', 'github_actions', 'oidc'] as const;
export type IssuerProfile = (typeof ISSUER_PROFILES)[number];

/** How often one token of a workload may be shown: a single time, or as often as one likes until it expires. */
export const TOKEN_USES = ['once', 'until-expiry'] as const;
export type TokenUse = (typeof TOKEN_USES)[number];

/** Algorithms of client assertions and workload tokens: asymmetric alone. */
export const ASSERTION_ALGORITHMS = [
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS256',
  'PS256',
] as const satisfies readonly SigningAlgorithm[];
export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number];

/** A foreign issuer whose word for the identity of a workload is taken. */
export interface TrustedIssuer {
  /** `iss` exactly; for SPIFFE the trust domain, `spiffe://example.org`. */
  readonly id: string;
  readonly profile: IssuerProfile;
  /** The one place its keys come from. */
  readonly keys: DeclaredKeys;
  readonly algorithms: readonly AssertionAlgorithm[];
  readonly tokenUse: TokenUse;
  readonly disabled: boolean;
}

/** Where nothing is declared: tokens that the platform itself renews in a file are shown again and again. */
export const USUAL_TOKEN_USE: Readonly<Record<IssuerProfile, TokenUse>> = {
  kubernetes: 'until-expiry',
  spiffe: 'until-expiry',
  github_actions: 'once',
  oidc: 'once',
};

export const USUAL_ALGORITHMS: readonly AssertionAlgorithm[] = ['ES256', 'RS256'];
