import { beforeAll, describe, expect, it } from '@jest/globals';
import { callOf, goodOf } from '../attack.ts';
import { TOKEN_ATTACKS, titleOf } from '../catalogue.ts';
import { Scene } from '../scene.ts';
import { accepts, attackPeer, type Peer, type PeerOutcome } from './peer.ts';
import { joseOf, peersOf } from './peers.ts';

const scene = new Scene();

describe('other libraries under the same attacks', () => {
  const table = new Map<string, Record<string, PeerOutcome>>();
  let peers: readonly Peer[];

  beforeAll(async () => {
    peers = await peersOf(scene);
    for (const attack of TOKEN_ATTACKS) {
      const outcomes = await Promise.all(peers.map(async (peer) => [peer.name, await attackPeer(attack, peer, scene)]));
      table.set(titleOf(attack), Object.fromEntries(outcomes) as Record<string, PeerOutcome>);
    }
  }, 120_000);

  const accepting = (name: string) => [...table].filter(([, row]) => row[name] === 'accepted').map(([title]) => title);

  it('take part: each accepts good tokens and refuses most bad ones', () => {
    for (const { name } of peers) {
      const rows = [...table.values()].map((row) => row[name]);
      expect(rows.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(100);
    }
  });

  it.each(['jose', 'fast-jwt', 'aws-jwt-verify', 'jsonwebtoken', 'node-jose'])(
    '%s accepts duplicate claims, which nothing but reading strictly can notice',
    (name) => {
      expect(accepting(name)).toContain('json: an unknown claim twice');
    },
  );

  it('jose accepts whatever we accept, once repaired', async () => {
    const jose = joseOf(scene);
    for (const attack of TOKEN_ATTACKS) {
      const { token } = callOf(await attack.repair(scene, goodOf(scene)));
      expect([titleOf(attack), await accepts(jose, token)]).toEqual([titleOf(attack), true]);
    }
  });
});
