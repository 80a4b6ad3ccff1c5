// Verifiers that are not ours, each as its own documentation has it used, from the issuer's address alone.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import * as jose from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import nodeJose from 'node-jose';
import * as oauth from 'oauth4webapi';
import { discover, getJson } from './discover.ts';
import { PythonVerifier } from './python.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** A verifier set up for one issuer and audience; rejects what it does not accept. */
export type Verify = (token: string) => Promise<Claims>;

export interface ForeignVerifier {
  readonly name: string;
  /** What is done by hand, where the library leaves it open. */
  readonly note: string;
  open(issuer: string, audience: string): Promise<Verify>;
}

interface Jwks {
  readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
}

export const NODE_VERIFIERS: readonly ForeignVerifier[] = [
  {
    name: named('jose'),
    note: 'createRemoteJWKSet',
    open: async (issuer, audience) => {
      const keys = jose.createRemoteJWKSet(new URL((await discover(issuer)).jwks_uri));
      return async (token) => (await jose.jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' })).payload;
    },
  },
  {
    name: named('oauth4webapi'),
    note: 'its own discovery; validateJwtAccessToken (RFC 9068)',
    open: async (issuer, audience) => {
      const insecure = { [oauth.allowInsecureRequests]: true };
      const url = new URL(issuer);
      const server = await oauth.processDiscoveryResponse(
        url,
        await oauth.discoveryRequest(url, { algorithm: 'oidc', ...insecure }),
      );
      const options = { ...insecure, signingAlgorithms: ['ES256'], [oauth.clockTolerance]: 0 };
      return async (token) => {
        const request = new Request('http://127.0.0.1/', { headers: { authorization: `Bearer ${token}` } });
        const claims = await oauth.validateJwtAccessToken(server, request, audience, options);
        return { ...claims };
      };
    },
  },
  {
    name: named('aws-jwt-verify'),
    note: 'jwksUri; a fetcher by hand, its own takes https alone',
    open: async (issuer, audience) => {
      const fetcher = {
        fetch: async (url: string) => new TextEncoder().encode(JSON.stringify(await getJson(url))).buffer,
      };
      const jwksUri = (await discover(issuer)).jwks_uri;
      const verifier = JwtVerifier.create(
        { issuer, audience, jwksUri },
        { jwksCache: new SimpleJwksCache({ fetcher }) },
      );
      return async (token) => ({ ...(await verifier.verify(token)) });
    },
  },
  {
    name: named('fast-jwt'),
    note: 'key callback; the JWKS fetched by hand',
    open: async (issuer, audience) => {
      const pemOf = pemsAt((await discover(issuer)).jwks_uri);
      const verify = createFastVerifier({
        key: ({ header }: { header: Record<string, unknown> }) => pemOf(String(header['kid'])),
        algorithms: ['ES256'],
        allowedIss: issuer,
        allowedAud: audience,
        // The types know of keys that are at hand, the library also of a function that finds one.
      } as never) as unknown as (token: string) => Promise<unknown>;
      return async (token) => (await verify(token)) as Claims;
    },
  },
  {
    name: `${named('jsonwebtoken')} + ${named('jwks-rsa')}`,
    note: 'key callback from jwksUri',
    open: async (issuer, audience) => {
      const client = jwksRsa({ jwksUri: (await discover(issuer)).jwks_uri });
      const key: jsonwebtoken.GetPublicKeyOrSecret = ({ kid }, done) =>
        client.getSigningKey(kid, (error, found) => done(error, found?.getPublicKey()));
      return (token) =>
        new Promise((resolve, reject) =>
          jsonwebtoken.verify(token, key, { issuer, audience, algorithms: ['ES256'] }, (error, claims) =>
            error ? reject(error) : resolve(claims as Claims),
          ),
        );
    },
  },
  {
    name: named('node-jose'),
    note: 'asKeyStore; claims by hand, it checks signatures alone',
    open: async (issuer, audience) => {
      const store = await nodeJose.JWK.asKeyStore(await getJson<Jwks>((await discover(issuer)).jwks_uri));
      return async (token) => {
        const { payload } = await nodeJose.JWS.createVerify(store, { algorithms: ['ES256'] }).verify(token);
        return checkedByHand(JSON.parse(payload.toString()) as Claims, issuer, audience);
      };
    },
  },
];

/** @param leeway seconds: python3-jwt knows whole seconds alone, and a token of a scaled issuer has fractions of them */
export function pythonVerifier(python: PythonVerifier, leeway = 0): ForeignVerifier {
  return {
    name: `python3-jwt ${python.version}`,
    note: "Debian's; PyJWKClient",
    open: (issuer, audience) => Promise.resolve((token) => python.verify({ issuer, audience, token, leeway })),
  };
}

/** A key by its kid, fetched again when it is not known. */
function pemsAt(jwksUri: string): (kid: string) => Promise<string> {
  let held: Jwks | undefined;
  const find = (kid: string) => held?.keys.find((key) => key.kid === kid);
  return async (kid) => {
    if (!find(kid)) held = await getJson<Jwks>(jwksUri);
    const key = find(kid);
    if (!key) throw new Error('no such key in the set');
    return createPublicKey({ key, format: 'jwk' }).export({ format: 'pem', type: 'spki' }) as string;
  };
}

function checkedByHand(claims: Claims, issuer: string, audience: string): Claims {
  if (claims['iss'] !== issuer) throw new Error('iss is another (by hand)');
  if (claims['aud'] !== audience) throw new Error('aud is another (by hand)');
  if (!(Number(claims['exp']) > Date.now() / 1000)) throw new Error('exp has passed (by hand)');
  return claims;
}

function named(name: string): string {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
}
