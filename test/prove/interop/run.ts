// npm run prove:interop: libraries and programs that are not ours get tokens and verify them, from the issuer's address alone.
// Exits 0 only if every row holds. `-- --quick`: one issuer, no rotation; `-- --sabotage[=key|alg|kid]` breaks the key set.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { kidOf } from '../../../scripts/demo/forge.ts';
import { SAMPLE_CLIENT } from '../../../scripts/sample.ts';
import { freePorts } from '../../../scripts/service-process.ts';
import { Proof, proofArguments } from '../proof.ts';
import { preloading, requestToken, secretFileIn, startTokenService } from '../services.ts';
import { FOREIGN_CLIENTS } from './obtaining.ts';
import { PythonVerifier } from './python.ts';
import { specimens, type Specimen } from './specimens.ts';
import { NODE_VERIFIERS, pythonVerifier, type Claims, type ForeignVerifier, type Verify } from './verifiers.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));

/** An hour between two rotations takes six seconds. */
const ROTATING_SCALE = 600;

const asked = proofArguments();
const { quick, sabotage } = asked;
if (sabotage !== undefined) process.env['PROVE_SABOTAGE'] = sabotage;
const preload = sabotage === undefined ? undefined : new URL('./sabotage.ts', import.meta.url);

const proof = new Proof(
  'Whoever knows the address of the issuer can get tokens and verify them, with what they already use.',
  asked,
);
await proof.conduct(async () => {
  const python = await findPython();
  try {
    await prove(python);
  } finally {
    python?.stop();
  }
});

async function prove(python: PythonVerifier | undefined): Promise<void> {
  const verifiers = (leeway = 0) => [...NODE_VERIFIERS, ...(python ? [pythonVerifier(python, leeway)] : [])];
  await withIssuer({ path: '', timeScale: 1 }, async (issuer) => {
    await proveVerifying(issuer, verifiers());
    await proveObtaining(issuer);
  });
  if (quick) return;
  await withIssuer({ path: '/tenant', timeScale: 1 }, async (issuer) => {
    await proveVerifying(issuer, verifiers());
    await proveObtaining(issuer);
  });
  await withIssuer({ path: '', timeScale: ROTATING_SCALE }, (issuer) => proveRotation(issuer, verifiers(1)));
}

/** Without it there is no verifier that is not Node, and the promise is not shown: that is a failure, everywhere. */
async function findPython(): Promise<PythonVerifier | undefined> {
  try {
    return await PythonVerifier.start();
  } catch (error) {
    proof.broke(error instanceof Error ? error.message : error);
    return undefined;
  }
}

interface Issuer {
  readonly url: string;
  readonly dataDir: string;
  /** One token from it, by one request. */
  token(audience: string): Promise<string>;
}

async function withIssuer(
  { path, timeScale }: { readonly path: string; readonly timeScale: number },
  prove: (issuer: Issuer) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-interop-'));
  const [httpPort] = (await freePorts(1)) as [number];
  const url = `http://127.0.0.1:${httpPort}${path}`;
  const rotation = timeScale > 1 ? { MINTMARK_ROTATION_PERIOD: '1h' } : {};
  const environment = { ...rotation, ...preloading(preload) };
  const common = { issuer: url, dataDir, httpPort, timeScale, environment };
  const service = await startTokenService({ ...common, declaration: DECLARATION });
  try {
    await prove({ url, dataDir, token: (audience) => requestToken(url, dataDir, audience) });
  } finally {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function proveVerifying(issuer: Issuer, verifiers: readonly ForeignVerifier[]): Promise<void> {
  proof.section(`Verifying, with nothing but ${issuer.url.replace(/:\d+/, ':…')} and an audience`);
  const shown = await specimens(issuer.token);
  for (const verifier of verifiers) {
    for (const specimen of shown) show(specimen, verifier, await attempt(specimen, verifier, issuer.url));
  }
}

type Outcome = { readonly claims: Claims } | { readonly reason: string };

async function attempt({ audience, token }: Specimen, verifier: ForeignVerifier, issuer: string): Promise<Outcome> {
  return judge(await verifier.open(issuer, audience), token);
}

async function judge(verify: Verify, token: string): Promise<Outcome> {
  try {
    return { claims: await verify(token) };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { reason: [code, message].filter(Boolean).join(': ') || String(error) };
  }
}

function show(specimen: Specimen, { name, note }: ForeignVerifier, outcome: Outcome): void {
  const { refusal } = specimen;
  const accepted = 'claims' in outcome;
  proof.row({
    scenario: `${name}: ${specimen.name}`,
    expected: refusal ? `refused, for its ${aspectOf(specimen)}` : 'accepted',
    observed: accepted ? `accepted: ${summary(outcome.claims)} [${note}]` : `refused: ${outcome.reason.slice(0, 90)}`,
    holds: refusal ? !accepted && refusal.test(outcome.reason) : accepted && isRight(outcome.claims),
  });
}

function aspectOf({ name }: Specimen): string {
  if (name.startsWith('expired')) return 'expiry';
  return name.startsWith('for another') ? 'audience' : 'signature or key';
}

function summary({ sub, aud, scope }: Claims): string {
  return `${String(sub)} → ${String(aud)}, ${String(scope)}`;
}

function isRight(claims: Claims): boolean {
  return summary(claims) === `${SAMPLE_CLIENT} → inventory, stock:read stock:reserve`;
}

async function proveObtaining(issuer: Issuer): Promise<void> {
  proof.section(`Getting tokens, with nothing but ${issuer.url.replace(/:\d+/, ':…')}, an id and a secret`);
  const [jose] = NODE_VERIFIERS as [ForeignVerifier];
  const verify = await jose.open(issuer.url, 'inventory');
  const secret = readFileSync(secretFileIn(issuer.dataDir), 'utf8').trim();
  const right = { clientId: SAMPLE_CLIENT, secret };
  const wrong = { clientId: SAMPLE_CLIENT, secret: `${secret.slice(0, -4)}AAAA` };
  const wish = { audience: 'inventory', scope: 'stock:read' };
  for (const { name, obtain } of FOREIGN_CLIENTS) {
    const got = await judge(async () => verify(await obtain(issuer.url, right, wish)), '');
    proof.row({
      scenario: name,
      expected: 'a token that jose accepts',
      observed: 'claims' in got ? summary(got.claims) : got.reason,
      holds: 'claims' in got && summary(got.claims) === `${SAMPLE_CLIENT} → inventory, stock:read`,
    });
    await refuse(`${name}: wrong secret`, 'invalid_client', () => obtain(issuer.url, wrong, wish));
    const tooMuch = { ...wish, scope: 'stock:destroy' };
    await refuse(`${name}: a scope nobody granted`, 'invalid_scope', () => obtain(issuer.url, right, tooMuch));
  }
}

async function refuse(scenario: string, expected: string, obtain: () => Promise<string>): Promise<void> {
  const observed = await obtain().then(
    () => 'a token',
    (error: Error) => error.message,
  );
  proof.row({ scenario, expected, observed: observed.slice(0, 120), holds: observed.includes(expected) });
}

/** Verifiers set up before the rotation, asked again after it. */
async function proveRotation(issuer: Issuer, verifiers: readonly ForeignVerifier[]): Promise<void> {
  proof.section(`A rotation, seen by verifiers that hold the older key set (durations divided by ${ROTATING_SCALE})`);
  const opened = await Promise.all(
    verifiers.map(async (each) => [each, await each.open(issuer.url, 'inventory')] as const),
  );
  const first = kidOf(await issuer.token('inventory'));
  for (const [verifier, verify] of opened) await showRotated(verifier, verify, { issuer, rotated: false });
  while (kidOf(await issuer.token('inventory')) === first) await sleep(100);
  for (const [verifier, verify] of opened) await showRotated(verifier, verify, { issuer, rotated: true });
}

async function showRotated(
  { name }: ForeignVerifier,
  verify: Verify,
  { issuer, rotated }: { readonly issuer: Issuer; readonly rotated: boolean },
): Promise<void> {
  const token = await issuer.token('inventory');
  const outcome = await judge(verify, token);
  proof.row({
    scenario: `${name}: ${rotated ? 'after' : 'before'} the rotation`,
    expected: 'accepted',
    observed: 'claims' in outcome ? `accepted, key ${kidOf(token).slice(0, 8)}` : outcome.reason.slice(0, 90),
    holds: 'claims' in outcome && isRight(outcome.claims),
  });
}
