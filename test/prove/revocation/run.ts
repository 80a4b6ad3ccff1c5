// npm run prove:revocation: 500 verifiers of several classes, and how long each goes on accepting a token after the command
// that revokes it, or its client, or ends the trust in its key: within the bound of its class, and whoever cannot have heard of
// it is listed by name, by the issuer too.
import { Proof, proofArguments } from '../proof.ts';
import { conductDrill, type Drill, type Group } from './drill.ts';

const asked = proofArguments();

/** Seconds that no scale divides, beside a wait that one does: the command itself, and the answers to those that ask. */
const UNSCALED = 2;

const watching: Group = {
  ...{ name: 'watching', count: 425, place: 'balancer', refreshSeconds: 60, watches: true },
  ...{ bound: 2, nominal: 'and not a moment more' },
};
const cutOff: Group = {
  ...{ name: 'cut off', count: 25, place: 'cut', refreshSeconds: 60, watches: true },
  ...{ bound: undefined, nominal: '' },
};

/** Everything in its own time, but for those that poll: every 3 s, where it is every 60 s by default. */
const POLL = 3;
const atOnce: Drill = {
  ...{ title: 'In real time', timeScale: 1, rounds: asked.quick ? 1 : 2, consumers: 2 },
  groups: sized([
    watching,
    {
      ...{ name: `polling every ${POLL} s`, count: 50, place: 'balancer', refreshSeconds: POLL, watches: false },
      ...{ bound: POLL * 1.1 + UNSCALED, nominal: 'a poll, give or take a tenth, and its answer' },
    },
    cutOff,
  ]),
  waitSeconds: POLL * 1.1 + UNSCALED,
};

/** What takes minutes: polls every minute, and Z, for which a replica that is cut off answers with what it heard last. */
const SCALE = 6;
const POLLING = 70 / SCALE + UNSCALED;
const LEASE = 300 / SCALE;
const inMinutes: Drill = {
  ...{ title: `Divided by ${SCALE}`, timeScale: SCALE, rounds: 1, consumers: 0 },
  groups: [
    {
      ...{ name: 'polling', count: 50, place: 'balancer', refreshSeconds: 60, watches: false },
      // The balancer offers the replica that has lost its database until its /readyz says so.
      ...{ bound: POLLING + LEASE, nominal: '70 s, and Z' },
    },
    {
      ...{ name: 'behind a cut-off replica', count: 50, place: 'cut-off replica', refreshSeconds: 60, watches: false },
      ...{ bound: POLLING + LEASE, nominal: '70 s, and Z' },
    },
    { ...cutOff, watches: false },
  ],
  waitSeconds: POLLING + LEASE,
  backWithinSeconds: 30 / SCALE + POLLING,
};

const total = atOnce.groups.reduce((sum, { count }) => sum + count, atOnce.consumers);
const proof = new Proof(
  `${total} verifiers, of them ${atOnce.consumers} whole services in processes of their own, refuse a revoked token, every token of a revoked client, and every token of a ` +
    'compromised key, within the bound of their class. They watch one replica, and fetch through a load balancer over two.',
  asked,
);
await proof.conduct(async () => {
  await conductDrill(atOnce, proof, asked);
  if (!asked.quick) await conductDrill(inMinutes, proof, asked);
});

/** A quick run has an eighth of each. */
function sized(groups: readonly Group[]): readonly Group[] {
  return asked.quick ? groups.map((group) => ({ ...group, count: Math.ceil(group.count / 8) })) : groups;
}
