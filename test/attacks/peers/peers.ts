import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier as createFastVerifier, type Algorithm as FastAlgorithm } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import jsonwebtoken, { type Algorithm, type JwtHeader } from 'jsonwebtoken';
import nodeJose from 'node-jose';
import type { Scene } from '../scene.ts';
import type { Peer } from './peer.ts';

const TYP = 'at+jwt';
const LEEWAY_SECONDS = 20;
const MAX_AGE_SECONDS = 900;
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope'];

interface Jwk {
  readonly kty: string;
  readonly kid: string;
}

/** The four common libraries, and node-jose. */
export async function peersOf(scene: Scene): Promise<readonly Peer[]> {
  return [joseOf(scene), fastJwtOf(scene), awsJwtVerifyOf(scene), jsonwebtokenOf(scene), await nodeJoseOf(scene)];
}

/** The oracle of the differential tests: whatever we accept, it has to accept. */
export function joseOf(scene: Scene): Peer {
  const keys = createLocalJWKSet(scene.jwks() as unknown as JSONWebKeySet);
  const { issuer, audience } = scene.issuer;
  const options = { issuer, audience, typ: TYP, clockTolerance: LEEWAY_SECONDS, requiredClaims: REQUIRED };
  return {
    name: 'jose',
    claimsOf: async (token) =>
      (await jwtVerify(token, keys, { ...options, algorithms: [...scene.algorithms] })).payload,
  };
}

function fastJwtOf(scene: Scene): Peer {
  const verify = createFastVerifier({
    key: async ({ header }: { header: Record<string, unknown> }) => pemOf(scene, header['kid']),
    algorithms: scene.algorithms as FastAlgorithm[],
    allowedIss: scene.issuer.issuer,
    allowedAud: scene.issuer.audience,
    clockTolerance: LEEWAY_SECONDS * 1000,
    maxAge: MAX_AGE_SECONDS * 1000,
    requiredClaims: REQUIRED,
    checkTyp: TYP,
  } as never) as unknown as (token: string) => Promise<unknown>;
  return { name: 'fast-jwt', claimsOf: (token) => verify(token) };
}

function awsJwtVerifyOf(scene: Scene): Peer {
  const { issuer, audience } = scene.issuer;
  const verifier = JwtVerifier.create({
    issuer,
    audience,
    graceSeconds: LEEWAY_SECONDS,
    customJwtCheck: ({ header }) => {
      if (header.typ !== TYP) throw new Error('typ');
    },
  });
  verifier.cacheJwks(scene.jwks() as never);
  return { name: 'aws-jwt-verify', claimsOf: async (token) => verifier.verifySync(token) };
}

function jsonwebtokenOf(scene: Scene): Peer {
  const options = {
    algorithms: scene.algorithms.filter((name) => name !== 'EdDSA') as Algorithm[],
    issuer: scene.issuer.issuer,
    audience: scene.issuer.audience,
    clockTolerance: LEEWAY_SECONDS,
    maxAge: MAX_AGE_SECONDS,
    complete: true,
  } as const;
  const verify = (token: string) =>
    new Promise<unknown>((resolve, reject) => {
      const key = ({ kid }: JwtHeader, found: (error: Error | null, key?: string) => void) =>
        found(null, pemOf(scene, kid));
      jsonwebtoken.verify(token, key, options, (error, jwt) => {
        if (error || jwt?.header.typ !== TYP) reject(error ?? new Error('typ'));
        else resolve(jwt.payload);
      });
    });
  return { name: 'jsonwebtoken', claimsOf: verify };
}

/** Checks signatures alone; the rest is what a careful service would write by hand. */
async function nodeJoseOf(scene: Scene): Promise<Peer> {
  // It knows no Edwards curves, and takes no set that holds one.
  const keys = scene.jwks().keys.filter((key) => (key as Jwk).kty !== 'OKP');
  const store = await nodeJose.JWK.asKeyStore({ keys });
  const verifier = nodeJose.JWS.createVerify(store, { algorithms: [...scene.algorithms] });
  const claimsOf = async (token: string) => {
    const { payload, header } = await verifier.verify(token);
    const claims = JSON.parse(payload.toString()) as Record<string, unknown>;
    const now = Date.now() / 1000 - LEEWAY_SECONDS;
    const { issuer, audience } = scene.issuer;
    const isGood = claims['iss'] === issuer && claims['aud'] === audience && (claims['exp'] as number) > now;
    if (!isGood || (header as { typ?: string }).typ !== TYP) throw new Error('claims');
    return claims;
  };
  return { name: 'node-jose', claimsOf };
}

function pemOf(scene: Scene, kid: unknown): string {
  const jwk = scene.jwks().keys.find((key) => (key as Jwk).kid === kid);
  if (!jwk) throw new Error('unknown kid');
  const key = createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }) as string;
}
