// What `npm start` and `npm run demo` share: the sample's settings and the secret of its one client.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export const SAMPLE_DECLARATION = join(root, 'scripts/sample-declaration.yaml');
export const SAMPLE_CLIENT = 'orders';
/** Operates the resource of the same name, and watches the key set for it. */
export const SAMPLE_OPERATOR = 'inventory';

/**
 * Makes a secret for a sample client, unless this data directory already has one. It goes from process to process in
 * files that only their owner can read: never in an argument, never on the terminal.
 * @returns the file with the secret
 */
export function provideClientSecret(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  client: string = SAMPLE_CLIENT,
): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, `${client}.secret`);
  if (existsSync(file)) return file;
  execFileSync(
    process.execPath,
    [join(root, 'apps/token-service/dist/generate-client-secret.js'), client, '--to', file],
    { cwd: root, env: { ...process.env, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return file;
}

/** Writes the secret, in a form that `curl --config` reads, beside it. */
export function writeCurlConfig(secretFile: string, tokenEndpoint: string): string {
  const path = secretFile.replace(/\.secret$/, '.curl');
  const secret = readFileSync(secretFile, 'utf8').trim();
  writeFileSync(path, `user = "${SAMPLE_CLIENT}:${secret}"\nurl = "${tokenEndpoint}"\n`, { mode: 0o600 });
  return path;
}
