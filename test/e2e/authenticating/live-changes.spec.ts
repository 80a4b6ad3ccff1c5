import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { connect, type PeerCertificate } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { ASSERTION_TYPE, clientAssertion, workflowToken } from '../../clients/assertions.ts';
import { attemptOverGrpc, attemptOverHttp, type Attempt } from '../../clients/attempt.ts';
import { Authority } from '../../clients/certificates.ts';
import { GITHUB, KUBERNETES } from '../../clients/world.ts';
import { startTestClients, type TestClients } from './test-clients.ts';

let clients: TestClients;
beforeAll(async () => (clients = await startTestClients()), 20_000);
afterAll(() => clients?.stop());

const verdict = async (attempt: Attempt) => (await attemptOverHttp(clients.listeners, attempt)).code;
const bearing = (value: string): Attempt => ({ assertion: { type: ASSERTION_TYPE, value } });
const pod = () =>
  bearing(clients.world.cluster.tokenFor({ audience: clients.world.issuer, namespace: 'shop', name: 'pod' }));
const keyed = () => {
  const { world } = clients;
  return bearing(clientAssertion(world.keys.own, { clientId: 'keyed', issuer: world.issuer }));
};
const certified = (): Attempt => ({
  listener: 'mtls',
  clientId: 'certified',
  certificate: clients.world.certificates.certified,
});

/** Asks until the verdict is the one awaited, for the two seconds that every change may take and the poll of the files. */
async function untilVerdict(attempt: () => Attempt, code: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    if ((await verdict(attempt())) === code) return;
    await delay(50);
  }
  expect(await verdict(attempt())).toBe(code);
}

describe('without a restart', () => {
  it('a disabled client is refused, and let in again', async () => {
    expect(await verdict(keyed())).toBe('OK');
    clients.world.declare(['keyed']);
    await untilVerdict(keyed, 'CLIENT_AUTHENTICATION_FAILED');
    clients.world.declare();
    await untilVerdict(keyed, 'OK');
  });

  it('a disabled issuer vouches for nobody, and others go on', async () => {
    expect(await verdict(pod())).toBe('OK');
    clients.world.declare([KUBERNETES]);
    await untilVerdict(pod, 'CLIENT_AUTHENTICATION_FAILED');
    const { world } = clients;
    const flow = { issuer: GITHUB, audience: world.issuer, repository: 'shop/flow' };
    expect(await verdict(bearing(workflowToken(world.keys.github, flow)))).toBe('OK');
    clients.world.declare();
    await untilVerdict(pod, 'OK');
  });

  it('a cluster that rotates its keys is followed at once, and old tokens go on while their key is in the set', async () => {
    const before = pod();
    clients.world.cluster.rotate();
    expect(await verdict(pod())).toBe('OK');
    expect(await verdict(before)).toBe('OK');
  });

  it('keys that are held serve on while the cluster is away, and unknown ones are not decided', async () => {
    const { cluster } = clients.world;
    expect(await verdict(pod())).toBe('OK');
    cluster.broken = true;
    expect(await verdict(pod())).toBe('OK');
    cluster.rotate();
    const answer = await attemptOverGrpc(clients.listeners, pod());
    expect(answer).toMatchObject({ code: 'CLIENT_KEYS_UNAVAILABLE', status: 14, retryAfter: true });
    cluster.broken = false;
  });

  it('a new certificate is shown to whoever connects next, over HTTP and gRPC', async () => {
    const { world, listeners } = clients;
    const renewed = await world.authority.issue({ names: [{ type: 'ip', value: '127.0.0.1' }] });
    world.writeTlsFiles(renewed);
    const expected = new X509Certificate(renewed.certificate).fingerprint256;
    for (const address of [listeners.mtlsHttp.slice('https://'.length), listeners.mtlsGrpc]) {
      for (let tries = 0; (await shownAt(address)).fingerprint256 !== expected && tries < 100; tries++) await delay(50);
      expect((await shownAt(address)).fingerprint256).toBe(expected);
    }
    expect(await verdict(certified())).toBe('OK');
  });

  it('files that are no certificate and key change nothing', async () => {
    const { world } = clients;
    const [one, other] = [await world.authority.issue(), await world.authority.issue()];
    world.writeTlsFiles({ certificate: one.certificate, privateKey: other.privateKey });
    for (let tries = 0; !clients.logLines().some((line) => line.includes('cannot be used')) && tries < 100; tries++)
      await delay(50);
    expect(clients.logLines().join('')).toContain('are no certificate and its key');
    expect(await verdict(certified())).toBe('OK');
  });

  it('a certificate of an authority under the trusted one stays good when only ours is renewed', async () => {
    const { world } = clients;
    const { certificate: cert, privateKey: key } = world.certificates.chained;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () => askBy(agent, { ca: world.authority.certificate, cert, key });
    expect(await ask()).toMatchObject({ status: 200 });
    const files = () => clients.service.core.tlsFiles?.context.cert;
    const renewed = await world.authority.issue({ names: [{ type: 'ip', value: '127.0.0.1' }] });
    world.writeTlsFiles(renewed);
    for (let tries = 0; files() !== renewed.certificate && tries < 100; tries++) await delay(50);
    expect(await ask()).toEqual({ status: 200, reused: true });
    agent.destroy();
  });

  it('an authority that is no longer trusted vouches for nobody, not even on a connection that is older', async () => {
    const { world } = clients;
    const { certified, chained } = world.certificates;
    const connections = [certified, chained].map(({ certificate: cert, privateKey: key }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      return { agent, ask: () => askBy(agent, { ca: world.authority.certificate, cert, key }) };
    });
    for (const { ask } of connections) expect(await ask()).toMatchObject({ status: 200 });
    const successor = await Authority.create('successor');
    world.writeTlsFiles(world.certificates.server, successor.certificate);
    for (const { ask, agent } of connections) {
      let last = await ask();
      for (let tries = 0; last.status === 200 && tries < 100; tries++) {
        await delay(50);
        last = await ask();
      }
      expect(last).toEqual({ status: 401, reused: true });
      agent.destroy();
    }
  });
});

async function shownAt(address: string): Promise<PeerCertificate> {
  const [host = '', port = ''] = address.split(':');
  const { listeners } = clients;
  return new Promise((resolve, reject) => {
    const options = { host, port: Number(port), ca: listeners.authority, ALPNProtocols: ['h2', 'http/1.1'] };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function askBy(
  agent: Agent,
  tls: { ca: string; cert: string; key: string },
): Promise<{ status?: number; reused: boolean }> {
  const body = 'grant_type=client_credentials&client_id=certified';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const sent = request(`${clients.listeners.mtlsHttp}${ROUTES.token}`, { method: 'POST', agent, headers, ...tls });
    sent.on('response', (response) => {
      response.resume();
      const { statusCode: status } = response;
      response.on('end', () => resolve({ ...(status && { status }), reused: sent.reusedSocket }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
