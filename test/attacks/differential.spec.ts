import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowedGrowth, bytesInUse, FUZZ_RUNS, FUZZ_SEED, FUZZ_TIMEOUT } from './fuzz-settings.ts';
import { accepts } from './peers/peer.ts';
import { joseOf } from './peers/peers.ts';
import { Scene } from './scene.ts';
import { createVerifier, requireScopes } from '@mintmark/verifier';

const scene = new Scene();
const jose = joseOf(scene);
// A small cache: soon full, it cannot be what grows.
const cache = { maxBytes: 256 * 1024 };
const verifiers = [
  createVerifier({ ...scene.trust, cache }),
  createVerifier({ ...scene.trust, cache: false }),
] as const;

const isAccepted = async (verifier: (typeof verifiers)[number], token: string) => {
  const verdict = await verifier.verify(token);
  return verdict.ok && requireScopes(verdict.caller, ['stock:read']).ok;
};

type Mutation = (token: string) => string;

const character = fc.constantFrom(...'AQZaz019-_+/=.? \n\0"{}[]:,\\é\u212a\ud800'.split(''), 'eyJ', '..', '%2E');
const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Changes the text itself: nothing of it is signed again. */
const textMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, character).map(([at, text]) => replaceAt(at, 1, text)),
  fc.tuple(position, character).map(([at, text]) => replaceAt(at, 0, text)),
  fc.tuple(position, fc.nat(40)).map(([at, length]) => replaceAt(at, length, '')),
  fc.tuple(position, fc.nat(40)).map(([at, length]) => (token: string) => {
    const start = Math.floor(at * token.length);
    return token.slice(0, start) + token.slice(start, start + length) + token.slice(start);
  }),
  fc.constant((token: string) => token.split('.').reverse().join('.')),
);

/** Changes what is inside before it is signed: header or payload as JSON text, value or bytes. */
interface SignedMutation {
  readonly part: 'header' | 'claims';
  readonly change: (json: string) => string | Uint8Array;
}

const member = fc.constantFrom(
  'alg',
  'kid',
  'typ',
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'scope',
  'sub',
  'cnf',
  'jti',
  'crit',
  'b64',
  '__proto__',
  'x',
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('ES256', 'none', 'HS256', 'at+jwt', 'JWT', scene.issuer.issuer, scene.issuer.audience, 'stock:read'),
  fc.constantFrom(...Object.values(scene.keys).map(({ kid }) => kid)),
  fc.integer({ min: -1_000, max: 1_000 }).map((offset) => scene.now + offset),
);

const signedMutation: fc.Arbitrary<SignedMutation> = fc.record({
  part: fc.constantFrom('header', 'claims'),
  change: fc.oneof(
    fc.tuple(member, value).map(
      ([name, to]) =>
        (json: string) =>
          JSON.stringify({ ...(JSON.parse(json) as object), [name]: to }),
    ),
    fc.tuple(member, value).map(
      ([name, to]) =>
        (json: string) =>
          json.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(to)},`),
    ),
    fc.tuple(member, value).map(
      ([name, to]) =>
        (json: string) =>
          json.replace(/}$/, `,${JSON.stringify(name)}:${JSON.stringify(to)}}`),
    ),
    fc.tuple(position, character).map(([at, text]) => replaceAt(at, 0, text)),
    fc.tuple(position, fc.nat(3)).map(([at, length]) => replaceAt(at, length, '')),
    fc.tuple(position, fc.integer({ min: 0x80, max: 0xff })).map(([at, byte]) => (json: string) => {
      const bytes = Buffer.from(json);
      bytes[Math.floor(at * bytes.length)] = byte;
      return bytes;
    }),
  ),
});

const base = fc.constantFrom(...(['es256', 'otherEs256', 'eddsa', 'ed25519'] as const));

const mutated: fc.Arbitrary<string> = fc
  .record({
    key: base,
    inside: fc.array(signedMutation, { maxLength: 2 }),
    outside: fc.array(textMutation, { maxLength: 2 }),
  })
  .map(({ key: name, inside, outside }) => {
    const key = scene.keys[name];
    const texts: Record<'header' | 'claims', string | Uint8Array> = {
      header: JSON.stringify(scene.header(key)),
      claims: JSON.stringify(scene.claims()),
    };
    for (const { part, change } of inside) {
      const text = texts[part];
      if (typeof text === 'string') texts[part] = attempt(change, text);
    }
    return outside.reduce((token, mutate) => mutate(token), scene.sign({ key, ...texts }));
  });

function attempt(change: SignedMutation['change'], text: string): string | Uint8Array {
  try {
    return change(text);
  } catch {
    return text;
  }
}

function replaceAt(at: number, length: number, text: string) {
  return (target: string) => {
    const start = Math.floor(at * target.length);
    return target.slice(0, start) + text + target.slice(start + length);
  };
}

describe('mutated tokens', () => {
  const tally = { accepted: 0, refused: 0, onlyByJose: 0 };

  const judge = fc.asyncProperty(mutated, async (token) => {
    const [ours, uncached] = [await isAccepted(verifiers[0], token), await isAccepted(verifiers[1], token)];
    const theirs = await accepts(jose, token);
    expect(uncached).toBe(ours);
    expect(await isAccepted(verifiers[0], token)).toBe(ours);
    if (ours) expect(theirs).toBe(true);
    tally[ours ? 'accepted' : 'refused'] += 1;
    if (theirs && !ours) tally.onlyByJose += 1;
  });

  it(
    `are accepted only where jose accepts them too, and leave no memory behind (${FUZZ_RUNS}, seed ${FUZZ_SEED})`,
    async () => {
      const [half, settled] = [Math.ceil(FUZZ_RUNS / 2), Math.ceil(FUZZ_RUNS / 10)];
      await fc.assert(judge, { numRuns: half, seed: FUZZ_SEED });
      const before = bytesInUse();
      await fc.assert(judge, { numRuns: half, seed: FUZZ_SEED + 1 });
      expect(bytesInUse() - before).toBeLessThan(allowedGrowth(half));
      // Mutations that never pass, or always, would show nothing.
      expect(tally.accepted).toBeGreaterThan(settled / 5);
      expect(tally.refused).toBeGreaterThan(2 * settled);
      expect(tally.onlyByJose).toBeGreaterThan(0);
    },
    FUZZ_TIMEOUT,
  );

  it('would be noticed if each left no more than its digest behind', () => {
    const count = Math.max(Math.ceil(FUZZ_RUNS / 2), 50_000);
    const digests = new Set<string>();
    const before = bytesInUse();
    for (let index = 0; index < count; index++) digests.add(createHash('sha256').update(`${index}`).digest('hex'));
    expect(bytesInUse() - before).toBeGreaterThan(allowedGrowth(count));
    expect(digests.size).toBe(count);
  });
});
