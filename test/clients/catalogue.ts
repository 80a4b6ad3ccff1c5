// Every method and every defect: what is sent, and the one verdict it gets over HTTP and over gRPC.
import {
  ASSERTION_TYPE,
  claimsIn,
  clientAssertion,
  hmacWithPublicKey,
  signJwt,
  svid,
  unsigned,
  workflowToken,
  type AssertionParts,
} from './assertions.ts';
import type { Attempt } from './attempt.ts';
import type { Identity } from './certificates.ts';
import { GITHUB, SVID_OF_MESH, TRUST_DOMAIN, type World } from './world.ts';

export interface Case {
  readonly method: string;
  readonly what: string;
  /** `OK`, or the code of the refusal. */
  readonly code: string;
  /** Why, in the log and the audit trail. */
  readonly reason?: string;
  /** A new attempt at each call, since some may be made only once. */
  readonly attempt: (scene: Scene) => Attempt;
  /** There is no body to put it into. */
  readonly httpOnly?: true;
}

export interface Scene {
  readonly world: World;
  secretOf(client: string): string;
}

const FAILED = 'CLIENT_AUTHENTICATION_FAILED';
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const bearing = (value: string): Attempt => ({ assertion: { type: ASSERTION_TYPE, value } });

const secrets: readonly Case[] = [
  ok('client_secret_basic', ({ secretOf }) => ({ authorization: [basic('secretive', secretOf('secretive'))] })),
  {
    ...ok('client_secret_post', ({ secretOf }) => ({ clientId: 'secretive', secret: secretOf('secretive') })),
    httpOnly: true,
  },
  refused('client_secret_basic', 'another secret', 'secret-wrong', ({ secretOf }) => ({
    authorization: [basic('secretive', secretOf('closed-secretive'))],
  })),
  refused('client_secret_basic', 'an unknown client', 'client-unknown', ({ secretOf }) => ({
    authorization: [basic('nobody', secretOf('secretive'))],
  })),
  refused('client_secret_basic', 'a disabled client', 'client-disabled', ({ secretOf }) => ({
    authorization: [basic('closed-secretive', secretOf('closed-secretive'))],
  })),
  {
    ...malformed('client_secret_basic', 'not base64', () => ({ authorization: ['Basic !'] })),
  },
];

const ofKeyed = ({ world }: Scene, parts?: AssertionParts, key = world.keys.own, clientId = 'keyed') =>
  clientAssertion(key, { clientId, issuer: world.issuer }, parts);
const keyed = (make: (scene: Scene) => string) => (scene: Scene) => bearing(make(scene));
const KEYED = 'private_key_jwt';

const ownKeys: readonly Case[] = [
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene)),
    'ES256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.rsa)),
    'RS256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.pss)),
    'PS256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.ed)),
    'EdDSA',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, { header: { typ: 'JWT' } })),
    'typ JWT',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, { claims: { aud: [scene.world.issuer] } })),
    'aud a list of one',
  ),
  refused(
    KEYED,
    'expired',
    'expired',
    keyed((scene) => ofKeyed(scene, { now: Date.now() - 75_000 })),
  ),
  refused(
    KEYED,
    'from the future',
    'not-yet-valid',
    keyed((scene) => ofKeyed(scene, { now: Date.now() + 15_000 })),
  ),
  refused(
    KEYED,
    'lives an hour',
    'lives-too-long',
    keyed((scene) => ofKeyed(scene, { claims: { exp: Math.floor(Date.now() / 1000) + 3_600 } })),
  ),
  refused(
    KEYED,
    'wrong aud',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: 'https://other.internal' } })),
  ),
  refused(
    KEYED,
    'aud with a second member',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: [scene.world.issuer, 'https://other.internal'] } })),
  ),
  refused(
    KEYED,
    'token endpoint as aud',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: `${scene.world.issuer}/oauth2/token` } })),
  ),
  refused(
    KEYED,
    "other client's key",
    'key-unknown',
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.billing)),
  ),
  refused(
    KEYED,
    "other client's key under its own kid",
    'signature-wrong',
    keyed((scene) => ofKeyed(scene, { header: { kid: scene.world.keys.own.jwk.kid } }, scene.world.keys.billing)),
  ),
  refused(
    KEYED,
    'sub of another client',
    'subject-differs',
    keyed((scene) => ofKeyed(scene, { claims: { sub: 'billing' } })),
  ),
  refused(
    KEYED,
    'an unknown client',
    'client-unknown',
    keyed((scene) => ofKeyed(scene, {}, undefined, 'nobody')),
  ),
  refused(
    KEYED,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofKeyed(scene, {}, undefined, 'closed-keyed')),
  ),
  refused(KEYED, 'client_id of another client', 'client-id-differs', (scene) => ({
    ...bearing(ofKeyed(scene)),
    clientId: 'billing',
  })),
  refused(
    KEYED,
    'no jti',
    'jti-missing',
    keyed((scene) => ofKeyed(scene, { claims: { jti: undefined } })),
  ),
  malformed(
    KEYED,
    'alg none',
    keyed((scene) => unsigned({}, claimsIn(ofKeyed(scene)))),
  ),
  refused(
    KEYED,
    'alg none, with a signature',
    'algorithm-forbidden',
    keyed((scene) => ofKeyed(scene, { header: { alg: 'none' } })),
  ),
  refused(
    KEYED,
    'HS256 under the public key',
    'algorithm-forbidden',
    keyed((scene) => hmacWithPublicKey(scene.world.keys.own, {}, claimsIn(ofKeyed(scene)))),
  ),
  refused(
    KEYED,
    'a key in the header',
    'header-forbidden',
    keyed((scene) => ofKeyed(scene, { header: { jwk: scene.world.keys.own.jwk } })),
  ),
  refused(
    KEYED,
    'an access token',
    'type-wrong',
    keyed((scene) => ofKeyed(scene, { header: { typ: 'at+jwt' } })),
  ),
  malformed(
    KEYED,
    'oversized',
    keyed((scene) => ofKeyed(scene, { claims: { more: 'x'.repeat(8_192) } })),
  ),
  malformed(KEYED, 'a SAML assertion', (scene) => ({
    assertion: { type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer', value: ofKeyed(scene) },
  })),
];

const ofPod = ({ world }: Scene, parts?: AssertionParts, name = 'pod') =>
  world.cluster.tokenFor({ audience: world.issuer, namespace: 'shop', name }, parts);
const ofMesh = ({ world }: Scene, parts?: AssertionParts, subject = SVID_OF_MESH) =>
  svid(world.keys.spire, { subject, audience: world.issuer }, parts);
const ofFlow = ({ world }: Scene, parts?: AssertionParts, repository = 'shop/flow') =>
  workflowToken(world.keys.github, { issuer: GITHUB, audience: world.issuer, repository }, parts);

const POD = 'workload_identity (Kubernetes)';
const MESH = 'workload_identity (SPIFFE)';
const FLOW = 'workload_identity (GitHub)';
const workloads: readonly Case[] = [
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
  ...(
    [
      [POD, ofPod],
      [MESH, ofMesh],
      [FLOW, ofFlow],
    ] as const
  ).flatMap(([method, make]) => [
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

const showing =
  (clientId: string, which: keyof World['certificates'], more: Attempt = {}) =>
  ({ world }: Scene): Attempt => ({ listener: 'mtls', clientId, certificate: world.certificates[which], ...more });
const TLS = 'tls_client_auth';
const PINNED = 'self_signed_tls_client_auth';

const certificates: readonly Case[] = [
  ok(TLS, showing('certified', 'certified'), 'SAN DNS'),
  ok(TLS, showing('subject', 'subject'), 'subject DN'),
  ok(TLS, showing('uri', 'uri'), 'SAN URI'),
  ok(TLS, showing('ip', 'ip'), 'SAN IP'),
  ok(TLS, showing('certified', 'chained'), 'of an authority under the trusted one'),
  refused(TLS, 'wrong SAN', 'certificate-name-differs', showing('certified', 'uri')),
  refused(TLS, 'expired', 'certificate-expired', showing('certified', 'expired')),
  refused(TLS, 'of a foreign authority', 'certificate-untrusted', showing('certified', 'foreign')),
  refused(TLS, 'of its own making', 'certificate-untrusted', showing('certified', 'pinned')),
  refused(TLS, 'for servers alone', 'certificate-not-for-clients', showing('certified', 'serverOnly')),
  refused(TLS, 'an unknown client', 'client-unknown', showing('nobody', 'certified')),
  refused(TLS, 'a disabled client', 'client-disabled', showing('closed-certified', 'closed')),
  { method: TLS, what: 'no client_id', code: 'PARAMETER_MISSING', attempt: withoutId(showing('', 'certified')) },
  {
    method: TLS,
    what: 'no certificate',
    code: 'EVIDENCE_MISSING',
    attempt: () => ({ listener: 'mtls', clientId: 'certified' }),
  },
  ok(PINNED, showing('pinned', 'pinned')),
  refused(PINNED, 'another key', 'certificate-key-unknown', showing('pinned', 'unknown')),
  refused(PINNED, 'expired', 'certificate-expired', showing('pinned', 'pinnedExpired')),
  refused(PINNED, 'a disabled client', 'client-disabled', showing('closed-pinned', 'pinned')),
];

const der = ({ certificate }: Identity) => certificate.replaceAll(/-----[^-]+-----|\s/g, '');
const standard = (identity: Identity) => ({ 'client-cert': `:${der(identity)}:` });
const envoy = (identity: Identity) => ({
  'x-forwarded-client-cert': `By=spiffe://x/ingress;Hash=ab;Cert="${encodeURIComponent(identity.certificate)}";URI=spiffe://x/y`,
});
const forwarded =
  (
    clientId: string,
    which: keyof World['certificates'],
    form: typeof standard | typeof envoy,
    by?: keyof World['certificates'],
  ) =>
  ({ world }: Scene): Attempt => ({
    clientId,
    headers: form(world.certificates[which]),
    ...(by ? { listener: 'mtls', certificate: world.certificates[by] } : {}),
  });
const PROXY = 'behind the proxy';

const proxied: readonly Case[] = [
  ok(PROXY, forwarded('certified', 'certified', standard, 'proxy'), 'Client-Cert'),
  ok(PROXY, forwarded('certified', 'certified', envoy, 'proxy'), 'x-forwarded-client-cert'),
  ok(PROXY, forwarded('pinned', 'pinned', standard, 'proxy'), 'its own key'),
  refused(PROXY, 'wrong SAN', 'certificate-name-differs', forwarded('certified', 'uri', standard, 'proxy')),
  refused(PROXY, 'expired', 'certificate-expired', forwarded('certified', 'expired', envoy, 'proxy')),
  refused(
    PROXY,
    'of a foreign authority',
    'certificate-untrusted',
    forwarded('certified', 'foreign', standard, 'proxy'),
  ),
  { method: PROXY, what: 'nothing forwarded', code: 'EVIDENCE_MISSING', attempt: showing('certified', 'proxy') },
  malformed(PROXY, 'no certificate in the header', ({ world }) => ({
    ...showing('certified', 'proxy')({ world, secretOf: () => '' }),
    headers: { 'client-cert': ':AAAA:' },
  })),
  {
    method: PROXY,
    what: 'both headers',
    code: 'EVIDENCE_AMBIGUOUS',
    attempt: ({ world }) => ({
      ...showing('certified', 'proxy')({ world, secretOf: () => '' }),
      headers: { ...standard(world.certificates.certified), ...envoy(world.certificates.certified) },
    }),
  },
  {
    method: PROXY,
    what: 'header from a stranger without TLS',
    code: 'EVIDENCE_MISSING',
    attempt: forwarded('certified', 'certified', standard),
  },
  {
    method: PROXY,
    what: "Envoy's header from a stranger without TLS",
    code: 'EVIDENCE_MISSING',
    attempt: forwarded('certified', 'certified', envoy),
  },
  refused(
    PROXY,
    'header from a client with a certificate',
    'certificate-name-differs',
    forwarded('certified', 'certified', standard, 'uri'),
  ),
  refused(
    PROXY,
    'header from one who only calls itself so',
    'certificate-untrusted',
    forwarded('certified', 'certified', standard, 'foreign'),
  ),
];

const two = (what: string, attempt: Case['attempt']): Case => ({
  method: 'two mechanisms',
  what,
  code: 'EVIDENCE_AMBIGUOUS',
  attempt,
});
const withSecret = ({ secretOf }: Scene) => ({ authorization: [basic('secretive', secretOf('secretive'))] });

const both: readonly Case[] = [
  two('a secret and an assertion', (scene) => ({ ...withSecret(scene), ...bearing(ofKeyed(scene)) })),
  two('a secret and a certificate', (scene) => ({ ...withSecret(scene), ...showing('certified', 'certified')(scene) })),
  two('an assertion and a certificate', (scene) => ({
    ...bearing(ofKeyed(scene)),
    ...showing('certified', 'certified')(scene),
  })),
  {
    // grpc-js refuses to send it.
    ...two('a secret twice', (scene) => ({
      authorization: [withSecret(scene), withSecret(scene)].flatMap((each) => each.authorization),
    })),
    httpOnly: true,
  },
  {
    ...two('a secret in header and body', (scene) => ({
      ...withSecret(scene),
      clientId: 'secretive',
      secret: scene.secretOf('secretive'),
    })),
    httpOnly: true,
  },
  { method: 'nothing at all', what: 'no proof', code: 'EVIDENCE_MISSING', attempt: () => ({}) },
];

export const CASES: readonly Case[] = [...secrets, ...ownKeys, ...workloads, ...certificates, ...proxied, ...both];

function ok(method: string, attempt: Case['attempt'], what = 'as it should be'): Case {
  return { method, what, code: 'OK', attempt };
}

function refused(method: string, what: string, reason: string, attempt: Case['attempt']): Case {
  return { method, what, code: FAILED, reason, attempt };
}

function malformed(method: string, what: string, attempt: Case['attempt']): Case {
  return { method, what, code: 'EVIDENCE_MALFORMED', attempt };
}

function withoutId(attempt: Case['attempt']): Case['attempt'] {
  return (scene) => {
    const { clientId, ...rest } = attempt(scene);
    return rest;
  };
}
