// A process with many light verifiers in it, each with its own keys and revocations; the proof says what to look at.
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { createVerifier, remoteKeySet, remoteRevocations, type Verifier } from '@mintmark/verifier';
import { watchKeySet } from '@mintmark/verifier-grpc';
import { host } from '../hosted-process.ts';

interface Opening {
  readonly group: string;
  readonly count: number;
  readonly issuer: string;
  /** Where this group finds the issuer. */
  readonly base: string;
  readonly timeScale: number;
  /** How this group is told of changes at once; absent: it polls. */
  readonly watch?: { readonly address: string; readonly clientId: string; readonly secret: string };
}

export interface Look {
  readonly name: string;
  readonly cached: boolean;
  /** By the name of a token: when it was first refused (milliseconds since 1970), and as what; absent: it is accepted. */
  readonly refused: Readonly<Record<string, { readonly at: number; readonly code: string }>>;
}

interface Light {
  readonly name: string;
  readonly cached: boolean;
  readonly verifier: Verifier;
  refused: Record<string, { readonly at: number; readonly code: string }>;
}

/** Between two looks of one verifier at its tokens; what is measured is never shorter than it was. */
const LOOK_EVERY_MS = 250;

/** Words that end it: by the document of revocations, or by the key set. */
const REFUSALS = ['TOKEN_REVOKED', 'KEY_UNKNOWN'];

const groups = new Map<string, readonly Light[]>();
let tokens: Readonly<Record<string, string>> = {};
void lookOnAndOn();

host({
  async open({ group, count, issuer, base, timeScale, watch }: Opening): Promise<void> {
    // A token opens one stream, so each verifier gets its own.
    const tokensOf = ({ clientId, secret }: NonNullable<Opening['watch']>) =>
      createTokenClient({
        transport: httpTransport({ tokenEndpoint: base + ROUTES.token }),
        identity: clientSecret({ clientId, secret }),
        timeScale,
      });
    const open = async (index: number): Promise<Light> => {
      const cached = index % 2 === 0;
      const instanceId = nameOf(group, index);
      const [url, revocationsUrl] = [base + ROUTES.jwks, base + ROUTES.revocations];
      const watched =
        watch &&
        watchKeySet({ url, address: watch.address, resource: 'inventory', tokens: tokensOf(watch), instanceId });
      const verifier = createVerifier({
        ...{ issuer, audience: 'inventory', timeScale, cache: cached },
        keys: watched ?? remoteKeySet({ url }),
        revocations: remoteRevocations({ url: revocationsUrl, ...(watched && { wake: watched.onRevocations }) }),
      });
      await verifier.ready({ timeoutSeconds: 60 });
      return { name: instanceId, cached, verifier, refused: {} };
    };
    const opened: Light[] = [];
    // A few at a time: five hundred that start in one moment are no picture of a fleet.
    for (let index = 0; index < count; index += 25) {
      const some = Array.from({ length: Math.min(25, count - index) }, (_, offset) => open(index + offset));
      opened.push(...(await Promise.all(some)));
    }
    groups.set(group, opened);
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

/** As the issuer may call it too. */
function nameOf(group: string, index: number): string {
  return `${group} ${index + 1}`.replaceAll(' ', '-');
}

async function lookOnAndOn(): Promise<never> {
  for (;;) {
    const started = performance.now();
    // All at once: one that waits for an answer about a key that it does not know must not hold up the others.
    await Promise.all([...groups.values()].flat().map((light) => lookAt(light)));
    await sleep(Math.max(5, LOOK_EVERY_MS - (performance.now() - started)));
  }
}

async function lookAt(light: Light): Promise<void> {
  for (const [name, token] of Object.entries(tokens)) {
    if (REFUSALS.includes(light.refused[name]?.code ?? '')) continue;
    const verdict = await light.verifier.verify(token);
    if (!verdict.ok) light.refused[name] = { at: Date.now(), code: verdict.code };
  }
}
