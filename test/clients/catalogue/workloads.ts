import {
  claimsIn,
  machineToken,
  signJwt,
  svid,
  workflowToken,
  type AssertionKey,
  type AssertionParts,
} from '../assertions.ts';
import { CLOSED, GITHUB, MACHINES, SVID_OF_MESH, TRUST_DOMAIN, type World } from '../world.ts';
import { ok, refused, malformed, replayed, type Case, type Scene } from './case.ts';
import { keyed } from './own-keys.ts';

const ofPod = ({ world }: Scene, parts?: AssertionParts, name = 'pod') =>
  world.cluster.tokenFor({ audience: world.issuer, namespace: 'shop', name }, parts);
const ofMesh = ({ world }: Scene, parts?: AssertionParts, subject = SVID_OF_MESH) =>
  svid(world.keys.spire, { subject, audience: world.issuer }, parts);
const ofFlow = ({ world }: Scene, parts?: AssertionParts, repository = 'shop/flow') =>
  workflowToken(world.keys.github, { issuer: GITHUB, audience: world.issuer, repository }, parts);
const ofMachine = ({ world }: Scene, parts?: AssertionParts, subject = 'machine') =>
  machineToken(world.keys.machines, { issuer: MACHINES, audience: world.issuer, subject }, parts);
/** The same claims under the kid of the right key, signed by another. */
const forged = (jwt: string, { kid }: { readonly kid: string }, by: AssertionKey) =>
  signJwt(by, { kid }, claimsIn(jwt));

const POD = 'workload_identity (Kubernetes)';
const MESH = 'workload_identity (SPIFFE)';
const FLOW = 'workload_identity (GitHub)';
const MACHINE = 'workload_identity (OpenID Connect)';

const WAYS: readonly {
  readonly method: string;
  readonly make: typeof ofPod;
  readonly key: (world: World) => AssertionKey;
  /** Somebody else's of the same algorithm. */
  readonly foreign: (world: World) => AssertionKey;
}[] = [
  { method: POD, make: ofPod, key: ({ cluster }) => cluster.signingKey, foreign: ({ keys }) => keys.rsa },
  { method: MESH, make: ofMesh, key: ({ keys }) => keys.spire, foreign: ({ keys }) => keys.own },
  { method: FLOW, make: ofFlow, key: ({ keys }) => keys.github, foreign: ({ keys }) => keys.rsa },
  { method: MACHINE, make: ofMachine, key: ({ keys }) => keys.machines, foreign: ({ keys }) => keys.own },
];

export const WORKLOADS: readonly Case[] = [
  ok(
    POD,
    keyed((scene) => ofPod(scene)),
  ),
  ok(
    MESH,
    keyed((scene) => ofMesh(scene)),
  ),
  ok(
    FLOW,
    keyed((scene) => ofFlow(scene)),
  ),
  ok(
    MACHINE,
    keyed((scene) => ofMachine(scene)),
  ),
  ...WAYS.flatMap(({ method, make, key, foreign }) => [
    refused(
      method,
      'expired',
      'expired',
      keyed((scene) => make(scene, { claims: { exp: Math.floor(Date.now() / 1000) - 60 } })),
    ),
    refused(
      method,
      'wrong aud',
      'audience-wrong',
      keyed((scene) => make(scene, { claims: { aud: ['https://x.internal'] } })),
    ),
    refused(
      method,
      'aud with a second member',
      'audience-wrong',
      keyed((scene) => make(scene, { claims: { aud: [scene.world.issuer, 'https://x.internal'] } })),
    ),
    refused(
      method,
      'token endpoint as aud',
      'audience-wrong',
      keyed((scene) => make(scene, { claims: { aud: [`${scene.world.issuer}/oauth2/token`] } })),
    ),
    refused(
      method,
      'alg none, with a signature',
      'algorithm-forbidden',
      keyed((scene) => make(scene, { header: { alg: 'none' } })),
    ),
    refused(
      method,
      'HS256',
      'algorithm-forbidden',
      keyed((scene) => make(scene, { header: { alg: 'HS256' } })),
    ),
    refused(
      method,
      'a place for keys',
      'header-forbidden',
      keyed((scene) => make(scene, { header: { jku: 'https://x.internal' } })),
    ),
    refused(
      method,
      'another key',
      'key-unknown',
      keyed((scene) => make(scene, { header: { kid: 'x' } })),
    ),
    refused(
      method,
      'another key under the right kid',
      'signature-wrong',
      keyed((scene) => forged(make(scene), key(scene.world).jwk, foreign(scene.world))),
    ),
    malformed(
      method,
      'oversized',
      keyed((scene) => make(scene, { claims: { more: 'x'.repeat(8_192) } })),
    ),
  ]),
  refused(
    POD,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofPod(scene, {}, 'closed-pod')),
  ),
  refused(
    MESH,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofMesh(scene, {}, `${TRUST_DOMAIN}/ns/shop/sa/closed-mesh`)),
  ),
  refused(
    FLOW,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofFlow(scene, {}, 'shop/closed-flow')),
  ),
  refused(
    MACHINE,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofMachine(scene, {}, 'closed-machine')),
  ),
  refused(
    MESH,
    'a disabled issuer',
    'issuer-disabled',
    keyed((scene) => ofMesh(scene, {}, `${CLOSED.spiffe}/a`)),
  ),
  refused(
    FLOW,
    'a disabled issuer',
    'issuer-disabled',
    keyed((scene) => ofFlow(scene, { claims: { iss: CLOSED.github } })),
  ),
  refused(
    MACHINE,
    'a disabled issuer',
    'issuer-disabled',
    keyed((scene) => ofMachine(scene, { claims: { iss: CLOSED.machines } })),
  ),
  replayed(
    FLOW,
    keyed((scene) => ofFlow(scene)),
  ),
  replayed(
    MACHINE,
    keyed((scene) => ofMachine(scene)),
  ),
  refused(
    MACHINE,
    'lives more than an hour',
    'lives-too-long',
    keyed((scene) => ofMachine(scene, { claims: { exp: Math.floor(Date.now() / 1000) + 3_700 } })),
  ),
  refused(
    MACHINE,
    'no jti',
    'jti-missing',
    keyed((scene) => ofMachine(scene, { claims: { jti: undefined } })),
  ),
  refused(
    MACHINE,
    'an unknown machine',
    'workload-unknown',
    keyed((scene) => ofMachine(scene, {}, 'other')),
  ),
  refused(
    POD,
    'another account',
    'workload-unknown',
    keyed((scene) => ofPod(scene, {}, 'other')),
  ),
  refused(
    POD,
    'the account made anew: another uid',
    'claims-differ',
    keyed(({ world }) =>
      world.cluster.tokenFor({ audience: world.issuer, namespace: 'shop', name: 'pod', uid: 'new' }),
    ),
  ),
  refused(
    POD,
    'of a cluster of the same name',
    'key-unknown',
    keyed((scene) => signJwt(scene.world.keys.rsa, {}, claimsIn(ofPod(scene)))),
  ),
  refused(
    MESH,
    'of another trust domain',
    'issuer-unknown',
    keyed((scene) => ofMesh(scene, {}, 'spiffe://example.com/a')),
  ),
  refused(
    FLOW,
    'of another workflow',
    'claims-differ',
    keyed((scene) => ofFlow(scene, { claims: { workflow: 'x' } })),
  ),
];
