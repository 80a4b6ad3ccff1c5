// npm run prove:attacks: the attack catalogue over the library, HTTP and gRPC, and beside it what other libraries say.
// Exits 0 only if each row is refused with its code, or barred by the transport as the row says, accepted once its one defect is
// repaired, and no token made us call out.
// `-- --quick` leaves the other libraries out; `-- --sabotage` runs a verifier that has lost its signature check.
import { GRPC_STATUS, mappingOf, publicCodeOf, type VerifierErrorCode } from '@mintmark/contract';
import { ATTACKS, titleOf, TOKEN_ATTACKS } from '../../attacks/catalogue.ts';
import { authorizationOf, type Reach, type TokenAttack } from '../../attacks/attack.ts';
import { KeyServer } from '../../attacks/key-server.ts';
import { libraryWithout, WHOLE_LIBRARY } from '../../attacks/library.ts';
import { OutboundWatch } from '../../attacks/outbound.ts';
import { attackPeer } from '../../attacks/peers/peer.ts';
import { peersOf } from '../../attacks/peers/peers.ts';
import { libraryTarget, runOnLibrary, runTokenAttack, type Target } from '../../attacks/run-attacks.ts';
import { Scene } from '../../attacks/scene.ts';
import { Proof, proofArguments } from '../proof.ts';
import { grpcTarget, httpTarget } from './servers.ts';

const options = proofArguments();
const library = options.sabotage === undefined ? WHOLE_LIBRARY : libraryWithout('signature');
const scene = new Scene();
const trap = await new KeyServer().open();
scene.trap = trap.url;

const proof = new Proof(`${ATTACKS.length} attacks, each accepted once its one defect is repaired`, options);
await proof.conduct(async () => {
  await overLibrary();
  const calledOut = [await outbound(), await overTheWire('http'), await overTheWire('grpc')];
  tellOutbound(calledOut);
  if (!options.quick) await besideOthers();
  await trap.close();
});

async function overLibrary(): Promise<void> {
  proof.section('the library');
  for (const attack of ATTACKS) {
    const { defective, repaired } = await runOnLibrary(attack, library, scene);
    judge(titleOf(attack), attack.code, { defective, repaired });
  }
}

/** Tokens by one way, and what they made this process connect to. */
interface Outbound {
  readonly by: string;
  readonly tokens: number;
  readonly connections: number;
  /** Whether the watch would have seen one. */
  readonly sharp: boolean;
}

async function overTheWire(reach: Extract<Reach, 'http' | 'grpc'>): Promise<Outbound> {
  let heard = '';
  const observer = { onVerdict: (code: string) => void (heard = code) };
  const verifier = library.createVerifier({ ...scene.trust, observer });
  const target = reach === 'http' ? await httpTarget(verifier) : await grpcTarget(verifier, scene);
  scene.called = target.called;
  // As a header line a token may already fail as a credential: a comma makes two of one.
  const bare = libraryTarget(library, scene);
  const asHeader: Target = {
    ...bare,
    present: (call) => bare.present({ ...call, authorization: authorizationOf(call) }),
  };
  // What a caller is told is coarse; with what the verifier counted it shows that it was refused for its defect.
  const observed: Target<string> = {
    ...target,
    present: async (call) => {
      heard = '';
      const answer = await target.present(call);
      return heard === '' || answer === heard ? answer : `${answer} (${heard})`;
    },
  };
  proof.section(`over ${target.name}`);
  const attacks = TOKEN_ATTACKS.filter(({ reach: reaches }) => reaches.includes(reach));
  const watch = new OutboundWatch(...target.ports);
  for (const attack of attacks) {
    const { defective } = await runTokenAttack(attack, asHeader, scene);
    const expected = defective === 'OK' ? defective : (attack.barred?.[reach] ?? outwardly(defective, reach));
    judge(titleOf(attack), expected, await runTokenAttack(attack, observed, scene));
  }
  const { connections } = watch;
  const sharp = await wouldSee(watch);
  await target.close();
  verifier.close();
  return { by: target.name, tokens: attacks.length, connections, sharp };
}

function judge(
  scenario: string,
  expected: string,
  { defective, repaired }: { defective: string; repaired: string },
): void {
  const observed = `${defective}, repaired: ${repaired}`;
  const holds = defective === expected && expected !== 'OK' && repaired === 'OK';
  proof.row({
    scenario,
    expected: `${expected}, repaired: OK`,
    observed,
    holds,
  });
}

/** What a caller sees of a fine code, and the code itself. */
function outwardly(code: VerifierErrorCode, reach: 'http' | 'grpc'): string {
  const { http, grpc } = mappingOf(code);
  return `${reach === 'http' ? http : GRPC_STATUS[grpc]} ${publicCodeOf(code)} (${code})`;
}

async function outbound(): Promise<Outbound> {
  const target = libraryTarget(library, scene);
  const watch = new OutboundWatch();
  for (const attack of TOKEN_ATTACKS) await runTokenAttack(attack, target, scene);
  const { connections } = watch;
  return { by: 'the library', tokens: TOKEN_ATTACKS.length, connections, sharp: await wouldSee(watch) };
}

/** Asks the trap itself, and ends the watch. */
async function wouldSee(watch: OutboundWatch): Promise<boolean> {
  const [before, asked] = [watch.connections, trap.asked];
  // Closed each time: one that is kept open would serve the next watch, which then has nothing to see.
  await fetch(scene.trap, { headers: { connection: 'close' } });
  watch.end();
  const seen = watch.connections === before + 1;
  trap.asked = asked;
  return seen;
}

function tellOutbound(all: readonly Outbound[]): void {
  proof.section('outbound requests caused by a token');
  for (const { by, tokens, connections, sharp } of all) {
    proof.row({
      scenario: `${tokens} tokens over ${by}`,
      expected: '0 connections',
      observed: `${connections} connections${sharp ? '' : ', but one on purpose went unnoticed'}`,
      holds: connections === 0 && sharp,
    });
  }
  const asked = `${trap.asked} requests`;
  proof.row({ scenario: 'the URL in their headers', expected: '0 requests', observed: asked, holds: trap.asked === 0 });
}

/** Not a verdict on us: how many of the same tokens each library lets through, set up as its documentation shows. */
async function besideOthers(): Promise<void> {
  const peers = await peersOf(scene);
  const accepted = new Map(peers.map(({ name }) => [name, [] as string[]]));
  const counted = new Map(peers.map(({ name }) => [name, 0]));
  for (const attack of TOKEN_ATTACKS) {
    for (const peer of peers) await note(attack, peer);
  }
  console.log(
    '\nbeside it, other libraries as their documentation sets them up (of the rows that reach a library by the token alone)',
  );
  for (const { name } of peers) {
    const rows = accepted.get(name) ?? [];
    console.log(`    ${name.padEnd(16)} accepts ${String(rows.length).padStart(3)} of ${counted.get(name)} attacks`);
    for (const row of rows) console.log(`        ${row}`);
  }

  async function note(attack: TokenAttack, peer: (typeof peers)[number]): Promise<void> {
    const outcome = await attackPeer(attack, peer, scene);
    if (outcome === 'n/a') return;
    counted.set(peer.name, (counted.get(peer.name) ?? 0) + 1);
    if (outcome === 'accepted') accepted.get(peer.name)?.push(titleOf(attack));
  }
}
