// What the operators' status says meanwhile: how often the active key changed, and when keys retired.
import { setTimeout as sleep } from 'node:timers/promises';
import { getKeyStatus } from '@mintmark/admin-client';
import type { Cluster } from '../../cluster/cluster.ts';

export interface RetiredKey {
  readonly kid: string;
  readonly verifyUntil: Date;
}

const LONGEST_ROTATION_SECONDS = 60;
/** Nominal: Z + T + L + 2ε, what a retired key still verifies. */
const AFTERLIFE_SECONDS = 300 + 900 + 20 + 2 * 10;
const SIGNING_LEASE_SECONDS = 300;
/** From the last check to the proof's own clock, on a machine with more to do than it can; stops last longer. */
const DELIVERY_MS = 1_000;

/** @throws Error if no rotation happens for a long time */
export async function countRotations(
  cluster: Cluster,
  { wanted, onRotation }: { wanted: number; onRotation: (done: number) => void },
): Promise<{ rotations: number; retired: readonly RetiredKey[] }> {
  const retired = new Map<string, RetiredKey>();
  const active = new Set<string>();
  let last = performance.now();
  while (active.size <= wanted) {
    if (performance.now() - last > LONGEST_ROTATION_SECONDS * 1000)
      throw new Error(`stuck after ${active.size - 1} rotations`);
    for (const key of await publicKeys(cluster)) {
      if (key.state === 'deactivated' && key.verifyUntil)
        retired.set(key.kid ?? '', { kid: key.kid ?? '', verifyUntil: new Date(key.verifyUntil) });
      if (key.state !== 'active' || !key.kid || active.has(key.kid)) continue;
      active.add(key.kid);
      last = performance.now();
      onRotation(active.size - 1);
    }
    await sleep(200);
  }
  return { rotations: active.size - 1, retired: [...retired.values()] };
}

/** Nothing passes a replica's last check later than Z after the deactivation. */
export function lateTokens(
  received: readonly { readonly kid: string; readonly at: number }[],
  retired: readonly RetiredKey[],
  timeScale: number,
): number {
  const slack = DELIVERY_MS + ((SIGNING_LEASE_SECONDS - AFTERLIFE_SECONDS) * 1000) / timeScale;
  const last = new Map(retired.map(({ kid, verifyUntil }) => [kid, verifyUntil.getTime() + slack]));
  return received.filter(({ kid, at }) => at > (last.get(kid) ?? Infinity)).length;
}

/** From whichever replica answers. */
async function publicKeys(cluster: Cluster) {
  try {
    const { rings } = await cluster.operator.send(getKeyStatus());
    return rings.find(({ ring }) => ring === 'public')?.keys ?? [];
  } catch {
    return [];
  }
}
