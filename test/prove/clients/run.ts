// npm run prove:clients: every way for a client to prove who it is, with every defect: one verdict over HTTP and over gRPC, the
// documented error, and a line in the audit trail that says why.
import { setTimeout as delay } from 'node:timers/promises';
import { ASSERTION_TYPE, clientAssertion, REDIS_DECIDES_AFTER_SECONDS } from '../../clients/assertions.ts';
import { attemptOverGrpc, attemptOverHttp, type Answer, type Attempt } from '../../clients/attempt.ts';
import { isFor, outcomeOf, type Case } from '../../clients/catalogue/case.ts';
import { CASES } from '../../clients/catalogue/catalogue.ts';
import { KUBERNETES, type World } from '../../clients/world.ts';
import { Proof, proofArguments } from '../proof.ts';
import { startSubjects, type Subject, type Subjects } from './services.ts';

const SERVICES = 3;
const RACES = { full: 200, quick: 20 };

const asked = proofArguments();
const proof = new Proof(
  `Every client authentication method with every defect, on ${SERVICES} services of one issuer: one verdict over HTTP and gRPC, and an audit line.`,
  asked,
);
await proof.conduct(prove);

async function prove(): Promise<void> {
  await using subjects = await startSubjects(SERVICES, asked.sabotage);
  const { world, all } = subjects;
  await delay(Math.max(0, subjects.rememberedSince + REDIS_DECIDES_AFTER_SECONDS * 1000 - performance.now()));
  for (const method of new Set(CASES.map((each) => each.method))) {
    proof.section(method);
    for (const each of CASES.filter((one) => one.method === method)) {
      const fit = all.filter(({ proxyHeader }) => isFor(proxyHeader, each));
      await proveCase(each, asked.quick ? fit.slice(0, 1) : fit, world);
    }
  }
  proof.section('one assertion at once on all services');
  await proveOnce('over HTTP', subjects, attemptOverHttp);
  await proveOnce('over gRPC', subjects, attemptOverGrpc);
  proof.section('disabled while it runs');
  const scene = { world, secretOf: () => '' };
  const pod = CASES.find(({ method, code }) => method.includes('Kubernetes') && code === 'OK');
  await proveDisabling('an issuer', KUBERNETES, subjects, () => pod?.attempt(scene) ?? {});
  await proveDisabling('a client', 'keyed', subjects, () => keyed(world));
  proof.section('what is written down');
  const leaks = subjects.printed.filter((line) => /mmcs_[0-9A-Za-z]{20}|eyJ[\w-]{20,}\.|PRIVATE KEY/.test(line)).length;
  row('lines of the log with a secret, assertion or key', '0', String(leaks), leaks === 0);
}

async function proveCase(each: Case, subjects: readonly Subject[], world: World): Promise<void> {
  const verdicts = new Set<string>();
  const wires = each.httpOnly ? [attemptOverHttp] : [attemptOverHttp, attemptOverGrpc];
  for (const subject of subjects) {
    const scene = { world, secretOf: (client: string) => subject.secrets.get(client) ?? '' };
    for (const wire of wires) {
      const answer = await outcomeOf(each, scene, (attempt) => wire(subject.listeners, attempt));
      verdicts.add(verdictOf(answer, subject));
    }
  }
  const expected = each.code === 'OK' ? 'OK' : `${each.code}${each.reason ? `: ${each.reason}` : ''}, audited`;
  const observed = [...verdicts].join(' / ');
  row(`${each.what}${each.httpOnly ? ' (HTTP alone)' : ''}`, expected, observed, observed === expected);
}

/** As the caller sees it and as the audit trail tells it. */
function verdictOf({ code, requestId }: Answer, subject: Subject): string {
  if (code === 'OK') return 'OK';
  const line = subject.auditOf(requestId);
  if (line?.['event'] !== 'token.denied' || line['code'] !== code) return `${code}, NOT AUDITED`;
  return `${code}${typeof line['reason'] === 'string' ? `: ${line['reason']}` : ''}, audited`;
}

async function proveOnce(wire: string, { world, all }: Subjects, attempt: typeof attemptOverHttp): Promise<void> {
  const races = asked.quick ? RACES.quick : RACES.full;
  let accepted = 0;
  let twice = 0;
  for (let race = 0; race < races; race += 1) {
    const one = keyed(world);
    const answers = await Promise.all([...all, ...all].map(({ listeners }) => attempt(listeners, one)));
    const taken = answers.filter(({ code }) => code === 'OK').length;
    if (taken > 0) accepted += 1;
    if (taken > 1) twice += 1;
  }
  const observed = `${accepted} accepted, ${twice} more than once`;
  row(
    `${races} assertions, each sent six times, ${wire}`,
    `${races} accepted, 0 more than once`,
    observed,
    accepted === races && twice === 0,
  );
}

function keyed({ keys, issuer }: World): Attempt {
  return { assertion: { type: ASSERTION_TYPE, value: clientAssertion(keys.own, { clientId: 'keyed', issuer }) } };
}

async function proveDisabling(
  what: string,
  id: string,
  { world, all }: Subjects,
  attempt: () => Attempt,
): Promise<void> {
  const before = await Promise.all(all.map(({ listeners }) => attemptOverHttp(listeners, attempt())));
  world.declare([id]);
  const begun = performance.now();
  let seconds = Number.NaN;
  while (performance.now() - begun < 10_000) {
    const answers = await Promise.all(all.map(({ listeners }) => attemptOverHttp(listeners, attempt())));
    if (answers.every(({ code }) => code === 'CLIENT_AUTHENTICATION_FAILED')) {
      seconds = (performance.now() - begun) / 1000;
      break;
    }
    await delay(50);
  }
  world.declare();
  const observed = `${before.every(({ code }) => code === 'OK') ? 'accepted' : 'refused'} before, refused after ${seconds.toFixed(1)} s`;
  row(
    `${what}, on all services`,
    'accepted before, refused within 2 s',
    observed,
    before[0]?.code === 'OK' && seconds <= 2.5,
  );
  while ((await attemptOverHttp(all[0]!.listeners, attempt())).code !== 'OK') await delay(100);
}

function row(scenario: string, expected: string, observed: string, holds: boolean): void {
  proof.row({ scenario, expected, observed, holds });
}
