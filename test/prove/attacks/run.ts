// npm run prove:attacks: the attack catalogue over the library, HTTP and gRPC, and beside it what other libraries say.
// Exits 0 only if each row is refused with its code, accepted once its one defect is repaired, and no token made us call out.
// `-- --quick` leaves the other libraries out; `-- --sabotage` runs a verifier that has lost its signature check.
import { subscribe } from 'node:diagnostics_channel';
import { GRPC_STATUS, mappingOf, publicCodeOf, type VerifierErrorCode } from '@mintmark/contract';
import { ATTACKS, titleOf, TOKEN_ATTACKS } from '../../attacks/catalogue.ts';
import { authorizationOf, type Reach, type TokenAttack } from '../../attacks/attack.ts';
import { KeyServer } from '../../attacks/key-server.ts';
import { libraryWithout, WHOLE_LIBRARY } from '../../attacks/library.ts';
import { attackPeer } from '../../attacks/peers/peer.ts';
import { peersOf } from '../../attacks/peers/peers.ts';
import { libraryTarget, runOnLibrary, runTokenAttack, type Target } from '../../attacks/run-attacks.ts';
import { Scene } from '../../attacks/scene.ts';
import { Proof, proofArguments } from '../proof.ts';
import { BY_TRANSPORT, grpcTarget, httpTarget } from './servers.ts';

const options = proofArguments();
const library = options.sabotage === undefined ? WHOLE_LIBRARY : libraryWithout('signature');
const scene = new Scene();
const trap = await new KeyServer().open();
scene.trap = trap.url;

const proof = new Proof(`${ATTACKS.length} attacks, each accepted once its one defect is repaired`, options);
await proof.conduct(async () => {
  await overLibrary();
  await overTheWire('http');
  await overTheWire('grpc');
  await outbound();
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

async function overTheWire(reach: Extract<Reach, 'http' | 'grpc'>): Promise<void> {
  const verifier = library.createVerifier(scene.trust);
  const target = reach === 'http' ? await httpTarget(verifier) : await grpcTarget(verifier);
  // As a header line a token may already fail as a credential: a comma makes two of one.
  const bare = libraryTarget(library, scene);
  const asHeader: Target = {
    ...bare,
    present: (call) => bare.present({ ...call, authorization: authorizationOf(call) }),
  };
  proof.section(`over ${target.name}`);
  for (const attack of TOKEN_ATTACKS.filter(({ reach: reaches }) => reaches.includes(reach))) {
    const { defective } = await runTokenAttack(attack, asHeader, scene);
    const expected = defective === 'OK' ? defective : outwardly(defective, reach);
    judge(titleOf(attack), expected, await runTokenAttack(attack, target, scene));
  }
  await target.close();
  verifier.close();
}

function judge(
  scenario: string,
  expected: string,
  { defective, repaired }: { defective: string; repaired: string },
): void {
  const observed = `${defective}, repaired: ${repaired}`;
  const isRefused = defective === expected && expected !== 'OK';
  const holds = (isRefused || defective === BY_TRANSPORT) && repaired === 'OK';
  proof.row({
    scenario,
    expected: `${expected}, repaired: OK`,
    observed,
    holds,
  });
}

/** What a caller sees of a fine code. */
function outwardly(code: VerifierErrorCode, reach: 'http' | 'grpc'): string {
  const { http, grpc } = mappingOf(code);
  return `${reach === 'http' ? http : GRPC_STATUS[grpc]} ${publicCodeOf(code)}`;
}

async function outbound(): Promise<void> {
  let connections = 0;
  subscribe('net.client.socket', () => void (connections += 1));
  const target = libraryTarget(library, scene);
  for (const attack of TOKEN_ATTACKS) await runTokenAttack(attack, target, scene);
  proof.section('outbound requests caused by a token');
  const observed = `${connections} connections, ${trap.asked} at the trap`;
  proof.row({
    scenario: `${TOKEN_ATTACKS.length} tokens`,
    expected: '0 connections, 0 at the trap',
    observed,
    holds: connections + trap.asked === 0,
  });
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
