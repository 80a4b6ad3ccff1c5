import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERIFIER_ERRORS } from '@mintmark/contract';
import { callOf, goodOf, headerLinesOf } from './attack.ts';
import { ATTACKS, TOKEN_ATTACKS, titleOf } from './catalogue.ts';
import { KeyServer } from './key-server.ts';
import { WHOLE_LIBRARY } from './library.ts';
import { OutboundWatch } from './outbound.ts';
import { libraryTarget, runOnLibrary, runTokenAttack } from './run-attacks.ts';
import { Scene } from './scene.ts';

const scene = new Scene();
const trap = new KeyServer();

beforeAll(async () => {
  scene.trap = (await trap.open()).url;
});
afterAll(() => trap.close());

describe('the attack catalogue', () => {
  it('is large, names each row once, and has a row for every code a verifier can refuse with', () => {
    const titles = ATTACKS.map(titleOf);
    expect(titles.length).toBeGreaterThanOrEqual(150);
    expect(titles).toHaveLength(new Set(titles).size);
    // The first is for a guard to say, the second for a source of revocations that fails, the third for 262,144 proofs at once, the
    // last for a clock that is off.
    const codes = new Set(ATTACKS.map(({ code }) => code));
    expect(Object.keys(VERIFIER_ERRORS).filter((code) => !codes.has(code as never))).toEqual([
      'CLIENT_NOT_ALLOWED',
      'REVOCATION_UNAVAILABLE',
      'REPLAY_UNAVAILABLE',
      'CLOCK_UNRELIABLE',
    ]);
  });

  it('sends over the wire only what a header line can carry', async () => {
    for (const attack of TOKEN_ATTACKS.filter(({ reach }) => reach.includes('http'))) {
      const lines = headerLinesOf(callOf(await attack.make(scene, goodOf(scene))));
      const unfit = lines.filter(([, value]) => !/^[!-~]([ -~]*[!-~])?$/.test(value));
      expect([titleOf(attack), unfit]).toEqual([titleOf(attack), []]);
    }
  });

  it.each(ATTACKS.map((attack) => [titleOf(attack), attack] as const))(
    '%s',
    async (_, attack) => {
      const { defective, repaired } = await runOnLibrary(attack, WHOLE_LIBRARY, scene);
      expect({ defective, repaired }).toEqual({ defective: attack.code, repaired: 'OK' });
    },
    60_000,
  );
});

describe('outbound requests', () => {
  it('are caused by no token', async () => {
    const watch = new OutboundWatch();
    const target = libraryTarget(WHOLE_LIBRARY, scene);
    for (const attack of TOKEN_ATTACKS) await runTokenAttack(attack, target, scene);
    expect([watch.connections, trap.asked]).toEqual([0, 0]);
    // And the count would have seen one.
    await fetch(scene.trap);
    expect([watch.connections, trap.asked]).toEqual([1, 1]);
    watch.end();
  });
});
