import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_SOCKET, makeClientSecret, sendOverSocket } from '@mintmark/admin-client';
import { pino } from 'pino';
import { ProcessLockError } from '../adapters/sql/process-lock.ts';
import type { Config } from '../config/load-config.ts';
import { makeSecretAlone } from './registry-only.ts';

/**
 * Makes a secret for a client and writes it to a new file that only its owner can read; nothing is left where that fails.
 * @throws RequestError or AdminError why it may not be made
 */
export async function writeClientSecret(config: Config, clientId: string, path: string): Promise<void> {
  // Opened first: a secret that could be written nowhere would be lost, and count as alive.
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${await makeSecret(config, clientId)}\n`);
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

async function makeSecret(config: Config, clientId: string): Promise<string> {
  try {
    return await makeSecretAlone(config, clientId, pino({ level: 'silent' }));
  } catch (error) {
    if (!(error instanceof ProcessLockError)) throw error;
    const made = await sendOverSocket(makeClientSecret(clientId), { path: join(config.dataDir, HOST_SOCKET) });
    return made.secret ?? '';
  }
}
