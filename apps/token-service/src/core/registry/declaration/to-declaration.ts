import { MAX_TOKEN_LIFETIME_SECONDS } from '@mintmark/contract';
import type { DeclaredCredential } from '../../model/client.ts';
import type { DeclaredClient, Declaration } from '../../model/declaration.ts';
import { policyId, type Policy } from '../../model/policy.ts';
import type { Resource } from '../../model/resource.ts';
import { USUAL_ALGORITHMS, USUAL_TOKEN_USE, type TrustedIssuer } from '../../model/trusted-issuer.ts';
import type { WireClient, WireDeclaration, WireIssuer, WirePolicy, WireResource } from './declaration-schema.ts';
import { parseDuration } from './duration.ts';

const DEFAULT_LIFETIME_SECONDS = 300;

/** From the words of the file to those of the domain. */
export function toDeclaration(wire: WireDeclaration): Declaration {
  return {
    issuers: (wire.trustedIssuers ?? []).map(toIssuer),
    resources: (wire.resources ?? []).map(toResource),
    clients: (wire.clients ?? []).map(toClient),
    policies: toPolicies(wire.policies ?? []),
  };
}

function toIssuer({ issuer, profile, jwks, jwksUri, ...wire }: WireIssuer): TrustedIssuer {
  return {
    id: issuer,
    profile,
    // The schema has seen to it that exactly one of the two is there.
    keys: jwks ? { jwks } : { jwksUri: jwksUri ?? '' },
    algorithms: wire.algorithms ?? USUAL_ALGORITHMS,
    tokenUse: wire.tokenUse ?? USUAL_TOKEN_USE[profile],
    disabled: wire.disabled ?? false,
  };
}

function toResource({ id, uri, operatedBy, ...wire }: WireResource): Resource {
  return {
    id,
    ...(uri === undefined ? {} : { uri }),
    audience: uri ?? id,
    ...(operatedBy === undefined ? {} : { operatedBy }),
    scopes: wire.scopes,
    tokenLifetimeSeconds: lifetimeOf(wire),
    signingAlgorithm: wire.signingAlgorithm ?? 'ES256',
    senderConstraint: wire.senderConstraint ?? 'none',
  };
}

function lifetimeOf({ tokenLifetime }: Pick<WireResource, 'tokenLifetime'>): number {
  if (tokenLifetime === undefined) return DEFAULT_LIFETIME_SECONDS;
  return parseDuration(tokenLifetime) ?? MAX_TOKEN_LIFETIME_SECONDS;
}

function toClient({ id, disabled, credentials }: WireClient): DeclaredClient {
  return {
    id,
    ...(disabled === undefined ? {} : { disabled }),
    // The schema has seen to it that exactly one of the alternative fields is there.
    credentials: credentials as readonly DeclaredCredential[],
  };
}

function toPolicies(wires: readonly WirePolicy[]): readonly Policy[] {
  const counts = new Map<string, number>();
  return wires.map(({ client, resource, scopes }) => {
    const pair = policyId(client, resource, 1);
    const ordinal = (counts.get(pair) ?? 0) + 1;
    counts.set(pair, ordinal);
    return { id: policyId(client, resource, ordinal), client, resource, scopes };
  });
}
