// A process with many light verifiers in it, each with its own keys and revocations; the proof says what to look at.
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { createVerifier, remoteKeySet, remoteRevocations, type Verifier } from '@mintmark/verifier';
import { watchKeySet } from '@mintmark/verifier-grpc';
import { host } from '../hosted-process.ts';

export interface Opening {
  readonly group: string;
  /** Place of the first one among all of the group: others are in other processes. */
  readonly first: number;
  readonly count: number;
  readonly issuer: string;
  /** Where this group finds the issuer. */
  readonly base: string;
  readonly timeScale: number;
  /** How often it polls, in nominal seconds. */
  readonly refreshSeconds: number;
  /** How this group is told of changes at once; absent: it polls. */
  readonly watch?: { readonly address: string; readonly clientId: string; readonly secret: string };
}

export interface Look {
  readonly name: string;
  readonly cached: boolean;
  /** By the name of a token: since when it is not accepted (milliseconds since 1970), and why not; absent: it is. */
  readonly refused: Readonly<Record<string, { readonly at: number; readonly code: string }>>;
}

interface Light {
  readonly name: string;
  readonly cached: boolean;
  readonly verifier: Verifier;
  refused: Record<string, { readonly at: number; readonly code: string }>;
}

/** Between two looks of one verifier at its tokens; what is measured is never shorter than it was. */
const LOOK_EVERY_MS = 200;

/** One in so many has no verdict cache: it verifies each signature at each look, and hundreds that do would be all there is to measure. */
const UNCACHED_EVERY = 5;

/** Words that end it: by the document of revocations, or by the key set. */
const REFUSALS = ['TOKEN_REVOKED', 'KEY_UNKNOWN'];

const groups = new Map<string, readonly Light[]>();
let tokens: Readonly<Record<string, string>> = {};

host({
  async open(opening: Opening): Promise<void> {
    const opened: Light[] = [];
    // A few at a time: five hundred that start in one moment are no picture of a fleet.
    for (let index = 0; index < opening.count; index += 25) {
      const some = Array.from(
        { length: Math.min(25, opening.count - index) },
        (_, offset) => opening.first + index + offset,
      );
      opened.push(...(await Promise.all(some.map((each) => open(opening, each)))));
    }
    groups.set(opening.group, opened);
  },
  /** @returns how many verifiers accept all of them now */
  async look(shown: Readonly<Record<string, string>>): Promise<number> {
    tokens = shown;
    for (const light of [...groups.values()].flat()) light.refused = {};
    await Promise.all([...groups.values()].flat().map((light) => lookAt(light)));
    return [...groups.values()].flat().filter(({ refused }) => Object.keys(refused).length === 0).length;
  },
  report: (group: string): readonly Look[] =>
    (groups.get(group) ?? []).map(({ name, cached, refused }) => ({ name, cached, refused })),
});

async function open(opening: Opening, index: number): Promise<Light> {
  const { group, issuer, base, timeScale, refreshSeconds, watch } = opening;
  const cached = index % UNCACHED_EVERY !== 0;
  const name = nameOf(group, index);
  const polling = { url: base + ROUTES.jwks, refreshSeconds };
  const watched = watch && watchKeySet({ ...polling, ...watching(watch, opening), instanceId: name });
  const revocations = { url: base + ROUTES.revocations, refreshSeconds };
  const verifier = createVerifier({
    ...{ issuer, audience: 'inventory', timeScale, cache: cached },
    keys: watched ?? remoteKeySet(polling),
    revocations: remoteRevocations({ ...revocations, ...(watched && { wake: watched.onRevocations }) }),
  });
  await verifier.ready({ timeoutSeconds: 60 });
  const light: Light = { name, cached, verifier, refused: {} };
  void lookOnAndOn(light);
  return light;
}

/** A token opens one stream, so each verifier gets its own. */
function watching({ address, clientId, secret }: NonNullable<Opening['watch']>, { base, timeScale }: Opening) {
  const tokens = createTokenClient({
    transport: httpTransport({ tokenEndpoint: base + ROUTES.token }),
    identity: clientSecret({ clientId, secret }),
    timeScale,
  });
  return { address, resource: 'inventory', tokens };
}

/** As the issuer may call it too. */
function nameOf(group: string, index: number): string {
  return `${group} ${index + 1}`.replaceAll(' ', '-');
}

/** Each by itself: one that waits for an answer about a key that it does not know must not hold up the others. */
async function lookOnAndOn(light: Light): Promise<never> {
  for (;;) {
    await lookAt(light);
    await sleep(LOOK_EVERY_MS);
  }
}

async function lookAt(light: Light): Promise<void> {
  for (const [name, token] of Object.entries(tokens)) {
    if (REFUSALS.includes(light.refused[name]?.code ?? '')) continue;
    const at = Date.now();
    const verdict = await light.verifier.verify(token);
    // One that cannot decide yet, because it has to ask about the key, accepts nothing meanwhile.
    if (verdict.ok) delete light.refused[name];
    else light.refused[name] = { at: light.refused[name]?.at ?? at, code: verdict.code };
  }
}
