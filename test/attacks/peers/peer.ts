import { callOf, goodOf, type Call, type TokenAttack } from '../attack.ts';
import { REQUIRED_SCOPE } from '../run-attacks.ts';
import type { Scene } from '../scene.ts';

/** Another library, set up as strictly as its documentation shows how to. */
export interface Peer {
  readonly name: string;
  /** Resolves to the claims of an acceptable token, and rejects for any other. */
  claimsOf(token: string): Promise<unknown>;
}

/** `n/a`: the library does not accept the repaired token either, or the attack is not by the token. */
export type PeerOutcome = 'accepted' | 'refused' | 'n/a';

export async function attackPeer(attack: TokenAttack, peer: Peer, scene: Scene): Promise<PeerOutcome> {
  const good = goodOf(scene);
  const defective = callOf(await attack.make(scene, good));
  const repaired = callOf(await attack.repair(scene, good));
  if (!isPlain(defective) || !isPlain(repaired) || !(await accepts(peer, repaired.token))) return 'n/a';
  return (await accepts(peer, defective.token)) ? 'accepted' : 'refused';
}

/** Whether a library takes a token, and a service that asks for the scope lets it pass. */
export async function accepts(peer: Peer, token: string): Promise<boolean> {
  try {
    const { scope } = (await peer.claimsOf(token)) as { scope?: unknown };
    return typeof scope === 'string' && scope.split(' ').includes(REQUIRED_SCOPE);
  } catch {
    return false;
  }
}

function isPlain({ authorization, query, evidence }: Call): boolean {
  return authorization === undefined && query === undefined && evidence === undefined;
}
