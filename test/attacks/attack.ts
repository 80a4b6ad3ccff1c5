import type { Socket } from 'node:net';
import type { VerifierErrorCode } from '@mintmark/contract';
import type { TestCertificate, TestKey } from '@mintmark/testing';
import type { Evidence, Verdict } from '@mintmark/verifier';
import type { Claims, Scene } from './scene.ts';

/** How an attack can reach a verifier; what a header line cannot carry reaches only the library. */
export type Reach = 'library' | 'http' | 'grpc';

/** A call as the attacker makes it. */
export interface Call {
  /** Sent as `Authorization: Bearer <token>`, or `DPoP` with its proofs, unless `authorization` says otherwise. */
  readonly token: string;
  readonly authorization?: readonly string[];
  /** Tokens in the query, as `access_token`. */
  readonly query?: readonly string[];
  /** Other headers of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the connection and the call prove: given to the library, and over the wire shown as it is there. */
  readonly evidence?: Evidence;
  /** Shown by the connection over the wire. */
  readonly certificate?: TestCertificate;
}

export type Presented = string | Call;

/** The good token that a row starts from; its defect and its repair are both made from this one. */
export interface Good {
  readonly claims: Claims;
  readonly header: Record<string, unknown>;
  readonly key: TestKey;
}

export type Make = (scene: Scene, good: Good) => Presented | Promise<Presented>;

/** One attack: a token with one defect, which is accepted once that defect is repaired. */
export interface TokenAttack {
  readonly kind: 'token';
  readonly theme: string;
  readonly name: string;
  readonly code: VerifierErrorCode;
  readonly make: Make;
  readonly repair: Make;
  readonly reach: readonly Reach[];
  /** What a transport says itself, where it lets no such call come to the verifier. */
  readonly barred?: Partial<Record<Reach, string>>;
}

/** A key set as a hostile or broken server answers with it. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** In place of all that: what it says on the connection itself. */
  readonly speak?: (socket: Socket) => void;
}

/** An attack on the source of the keys; the token is good for the keys it names. */
export interface KeySetAttack {
  readonly kind: 'key-set';
  readonly theme: string;
  readonly name: string;
  readonly code: VerifierErrorCode;
  readonly stage: (scene: Scene, repaired: boolean) => { readonly answer: Answer; readonly token: string };
}

/** An attack that takes several calls, or time. */
export interface Scenario {
  readonly kind: 'scenario';
  readonly theme: string;
  readonly name: string;
  readonly code: VerifierErrorCode;
  readonly play: (library: Library, repaired: boolean) => Promise<Verdict>;
}

export type Attack = TokenAttack | KeySetAttack | Scenario;

/** The verifier as an attack sees it: whole, or with one check taken away. */
export interface Library {
  createVerifier: typeof import('@mintmark/verifier').createVerifier;
  readCredential: typeof import('@mintmark/verifier').readCredential;
  requireScopes: typeof import('@mintmark/verifier').requireScopes;
  /** A verifier that hears of revocations. */
  createRevocable(
    options: import('@mintmark/verifier').VerifierOptions,
    isRevoked: (token: { readonly tokenId: string; readonly clientId: string; readonly kid: string }) => boolean,
  ): import('@mintmark/verifier').Verifier;
}

export const EVERYWHERE: readonly Reach[] = ['library', 'http', 'grpc'];
export const LIBRARY_ONLY: readonly Reach[] = ['library'];

/** Rows of one theme. Each names its defect, the code it is refused with, and how it is made. */
export function attacksOn(theme: string, reach: readonly Reach[] = EVERYWHERE) {
  return (name: string, code: VerifierErrorCode, make: Make, repair: Make = signed): TokenAttack => ({
    kind: 'token',
    theme,
    name,
    code,
    make,
    repair,
    reach,
  });
}

/** The good token itself. */
export const signed: Make = (scene, { claims, header, key }) => scene.sign({ claims, header, key });

export function withHeader(change: (good: Good, scene: Scene) => Record<string, unknown>): Make {
  return (scene, good) =>
    scene.sign({ claims: good.claims, key: good.key, header: { ...good.header, ...change(good, scene) } });
}

export function withClaims(change: (claims: Claims, scene: Scene) => Claims): Make {
  return (scene, { claims, header, key }) =>
    scene.sign({ header, key, claims: { ...claims, ...change(claims, scene) } });
}

/** The good token, spoilt as text after it was signed. */
export function spoilt(spoil: (token: string, parts: [string, string, string]) => string): Make {
  return (scene, good) => {
    const token = signed(scene, good) as string;
    return spoil(token, token.split('.') as [string, string, string]);
  };
}

/** The same with another key of the scene. */
export function by(key: keyof Scene['keys'], make: Make = signed): Make {
  return (scene, good) => {
    const chosen = scene.keys[key];
    return make(scene, { ...good, key: chosen, header: scene.header(chosen) });
  };
}

export function goodOf(scene: Scene): Good {
  const key = scene.keys.es256;
  return { key, claims: scene.claims(), header: scene.header(key) };
}

export function callOf(presented: Presented): Call {
  return typeof presented === 'string' ? { token: presented } : presented;
}

/** The `Authorization` values of a call. */
export function authorizationOf({ authorization, token, evidence }: Call): readonly string[] {
  return authorization ?? [`${evidence?.dpop ? 'DPoP' : 'Bearer'} ${token}`];
}

/** All headers of a call that are the attacker's, line by line: one name may be there several times. */
export function headerLinesOf(call: Call): readonly (readonly [name: string, value: string])[] {
  const line = (name: string) => (value: string) => [name, value] as const;
  return [
    ...Object.entries(call.headers ?? {}),
    ...authorizationOf(call).map(line('authorization')),
    ...(call.evidence?.dpop?.proofs ?? []).map(line('dpop')),
  ];
}
