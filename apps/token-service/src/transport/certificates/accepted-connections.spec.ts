import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Authority } from '../../../../../test/clients/certificates.ts';
import { AcceptedConnections, endsOf } from './accepted-connections.ts';

let authorities: readonly X509Certificate[] = [];
let now: Date;
let connections: AcceptedConnections;
let server: Server;
const clients: Socket[] = [];

beforeEach(async () => {
  now = new Date();
  connections = new AcceptedConnections({ authorities: () => authorities, clock: { now: () => now } });
  server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
});

afterEach(async () => {
  connections.close();
  for (const client of clients.splice(0)) client.destroy();
  server.close();
  await once(server, 'close');
});

async function accepted(host: string, localPort?: number): Promise<Socket> {
  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const client = connect({ host, port, localAddress: '127.0.0.1', ...(localPort && { localPort }) });
  clients.push(client);
  await once(client, 'connect');
  const [socket] = await accepting;
  return socket;
}

it('a connection is not that of the authorities since because another one, to another address of ours, is', async () => {
  const ends = endsOf(await accepted('127.0.0.1'));
  expect(connections.isCurrent(ends)).toBe(true);
  authorities = [];
  expect(connections.isCurrent(ends)).toBe(false);
  const other = endsOf(await accepted('127.0.0.2', clients[0]?.localPort));
  expect([connections.isCurrent(other), connections.isCurrent(ends)]).toEqual([true, false]);
});

it('a connection is not that of an authority that has run out since; one that had before has vouched for nobody', async () => {
  const root = new X509Certificate((await Authority.create('root')).certificate);
  authorities = [root];
  const ends = endsOf(await accepted('127.0.0.1'));
  const end = root.validToDate.getTime();
  now = new Date(end - 1);
  expect(connections.isCurrent(ends)).toBe(true);
  now = new Date(end);
  expect(connections.isCurrent(ends)).toBe(false);
  const later = endsOf(await accepted('127.0.0.1'));
  expect([connections.isCurrent(later), connections.isCurrent(ends)]).toEqual([true, false]);
});

it('a connection that is closed is forgotten', async () => {
  const socket = await accepted('127.0.0.1');
  const ends = endsOf(socket);
  socket.destroy();
  await once(socket, 'close');
  expect(connections.isCurrent(ends)).toBe(false);
});
