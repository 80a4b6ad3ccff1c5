import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adminDouble, json, refusal, type AdminDouble } from '../test/admin-double.ts';
import { bootstrap } from './calls.ts';
import { sendOverSocket } from './host-socket.ts';

const AT = '2026-11-23T10:00:00.000Z';
const made = {
  client_id: 'operator',
  secret_id: 's1',
  secret: 'x',
  created_at: AT,
  expires_at: null,
  expires_others_at: null,
};

let folder: string;
let path: string;
let server: AdminDouble;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-socket-'));
  path = join(folder, 'admin.sock');
  server = await adminDouble(path);
  chmodSync(path, 0o600);
  server.respond = (_, response) => json(response, 200, made);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('sendOverSocket', () => {
  it('makes the call without a token: the rights of the file are what counts', async () => {
    expect(await sendOverSocket(bootstrap('ann'), { path })).toMatchObject({ clientId: 'operator', secret: 'x' });
    const [call] = server.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/host/v1/bootstrap', body: '{"operator":"ann"}' });
    expect(call?.headers.authorization).toBeUndefined();
  });

  it.each([0o660, 0o606, 0o666])('refuses a socket that others may use: mode %o', async (mode) => {
    chmodSync(path, mode);
    await expect(sendOverSocket(bootstrap(), { path })).rejects.toMatchObject({ code: 'SOCKET_UNSAFE' });
    expect(server.calls).toEqual([]);
  });

  it('refuses a directory in which others could have put it', async () => {
    chmodSync(folder, 0o770);
    await expect(sendOverSocket(bootstrap(), { path })).rejects.toMatchObject({ code: 'SOCKET_UNSAFE' });
  });

  it('refuses what is no socket', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '', { mode: 0o600 });
    await expect(sendOverSocket(bootstrap(), { path: file })).rejects.toMatchObject({ code: 'SOCKET_UNSAFE' });
  });

  it('says where it looked when nobody is there', async () => {
    const absent = join(folder, 'absent.sock');
    const sent = sendOverSocket(bootstrap(), { path: absent });
    await expect(sent).rejects.toMatchObject({ code: 'ADMIN_UNREACHABLE', message: expect.stringContaining(absent) });
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ['is not given', 'ANSWER_LOST', (response) => response.destroy()],
    ['ends in the middle', 'ANSWER_LOST', (response) => cutOff(response)],
    ['does not come', 'ADMIN_TIMED_OUT', () => undefined],
    ['does not end', 'ADMIN_TIMED_OUT', (response) => response.writeHead(201).write('{')],
  ])('says that it may have been done where the answer %s', async (_, code, respond) => {
    server.respond = (__, response) => respond(response);
    const message = expect.stringMatching(/may have been done: look before you repeat/);
    const sent = sendOverSocket(bootstrap(), { path, timeoutSeconds: 0.2 });
    await expect(sent).rejects.toMatchObject({ name: 'AdminError', code, message });
  });

  it('hands on the refusal', async () => {
    server.respond = (_, response) => json(response, 409, refusal('BOOTSTRAP_DONE'));
    await expect(sendOverSocket(bootstrap(), { path })).rejects.toMatchObject({
      code: 'BOOTSTRAP_DONE',
      requestId: 'r-7',
    });
  });
});

function cutOff(response: ServerResponse): void {
  response.writeHead(201, { 'content-length': 100 }).write('{"secret":');
  setImmediate(() => response.destroy());
}
