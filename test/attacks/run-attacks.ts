import type { VerifierErrorCode } from '@mintmark/contract';
import { remoteKeySet, type Verifier } from '@mintmark/verifier';
import {
  authorizationOf,
  callOf,
  goodOf,
  type Attack,
  type Call,
  type KeySetAttack,
  type Library,
  type TokenAttack,
} from './attack.ts';
import { withKeyServer } from './key-server.ts';
import type { Scene } from './scene.ts';

/** What a verifier made of a call. */
export type Outcome = 'OK' | VerifierErrorCode;

export interface Result<Value = Outcome> {
  readonly attack: Attack;
  /** With the defect. */
  readonly defective: Value;
  /** Without it; everything else the same. */
  readonly repaired: Value;
}

/** Anything that can be attacked with one call at a time: the library, a server, another library. */
export interface Target<Value = Outcome> {
  readonly name: string;
  present(call: Call): Promise<Value>;
}

/** Scope that every target asks for. */
export const REQUIRED_SCOPE = 'stock:read';

export async function runTokenAttack<Value>(
  attack: TokenAttack,
  target: Target<Value>,
  scene: Scene,
): Promise<Result<Value>> {
  const good = goodOf(scene);
  const defective = await target.present(callOf(await attack.make(scene, good)));
  const repaired = await target.present(callOf(await attack.repair(scene, good)));
  return { attack, defective, repaired };
}

/** The verifier library itself, as a service would use it. */
export function libraryTarget(library: Library, scene: Scene): Target {
  const verifier = library.createVerifier(scene.trust);
  return { name: 'mintmark', present: (call) => present(library, verifier, call) };
}

/** Plays any attack on the library; those with servers or time of their own bring them along. */
export async function runOnLibrary(attack: Attack, library: Library, scene: Scene): Promise<Result> {
  switch (attack.kind) {
    case 'token':
      return runTokenAttack(attack, libraryTarget(library, scene), scene);
    case 'key-set':
      return runKeySetAttack(attack, library, scene);
    case 'scenario': {
      const [defective, repaired] = [await attack.play(library, false), await attack.play(library, true)];
      return { attack, defective: defective.ok ? 'OK' : defective.code, repaired: repaired.ok ? 'OK' : repaired.code };
    }
  }
}

async function runKeySetAttack(attack: KeySetAttack, library: Library, scene: Scene): Promise<Result> {
  const play = (repaired: boolean) =>
    withKeyServer(async (server) => {
      const { answer, token } = attack.stage(scene, repaired);
      server.answer = answer;
      server.good = { body: JSON.stringify(scene.jwks()) };
      const heard = Promise.withResolvers<void>();
      const observer = { onKeySet: () => heard.resolve(), onFetchFailed: () => heard.resolve() };
      const verifier = library.createVerifier({ ...scene.trust, keys: remoteKeySet({ url: server.url }), observer });
      await heard.promise;
      return present(library, verifier, { token }).finally(() => verifier.close());
    });
  return { attack, defective: await play(false), repaired: await play(true) };
}

async function present(library: Library, verifier: Verifier, call: Call): Promise<Outcome> {
  const token = tokenOf(library, call);
  if (typeof token !== 'string') return token.code;
  const verdict = await verifier.verify(token, call.evidence);
  const judged = verdict.ok ? library.requireScopes(verdict.caller, [REQUIRED_SCOPE]) : verdict;
  return judged.ok ? 'OK' : judged.code;
}

/** Only a call that says how it is sent goes by the header line; the others try the library with the bare text. */
function tokenOf(library: Library, call: Call): string | { readonly code: VerifierErrorCode } {
  if (call.authorization === undefined && call.query === undefined) return call.token;
  const credential = library.readCredential({ authorization: authorizationOf(call), elsewhere: call.query ?? [] });
  return credential.ok ? credential.token : credential;
}
