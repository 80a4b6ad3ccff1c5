import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenAddress } from '../../apps/token-service/src/adapters/signing/pkcs11/pkcs11-uri.ts';

/** Where Debian puts it. */
export const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so';

export type Fault =
  | 'none'
  | 'absent'
  | 'gone'
  | 'hangs'
  | 'slow'
  | 'full'
  /** A key is being made, and nothing else is done meanwhile. */
  | 'making'
  | 'making-hangs'
  | 'reading-hangs'
  | 'login-hangs'
  | 'no-sessions'
  | 'final-try';

/** A SoftHSM token in a folder of its own, behind a library that can be told to fail. */
export interface SoftToken {
  readonly folder: string;
  readonly pin: string;
  readonly pinFile: string;
  readonly address: TokenAddress;
  readonly uri: string;
  /** Another token, of the same PIN and faults. */
  addToken(label: string): TokenAddress;
  /** What the token does from now on. */
  fail(fault: Fault): void;
  /** How often anyone has tried to log in. */
  logins(): number;
  writePin(pin: string): void;
  remove(): void;
}

/** Needs softhsm2 and a compiler: scripts/ci/install-pkcs11.sh brings both. */
export function makeSoftToken(): SoftToken {
  if (!existsSync(SOFTHSM)) throw new Error(`${SOFTHSM} is not there. Run: scripts/ci/install-pkcs11.sh`);
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-token-'));
  const file = (name: string) => join(folder, name);
  const pin = '739146';
  mkdirSync(file('tokens'));
  writeFileSync(file('softhsm2.conf'), `directories.tokendir = ${file('tokens')}\nlog.level = ERROR\n`);
  // Libraries of tokens find their settings in the environment, and the process that loads this one inherits ours.
  process.env['SOFTHSM2_CONF'] = file('softhsm2.conf');
  const initialise = (label: string) => {
    const options = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', 'officer'];
    execFileSync('softhsm2-util', options, { stdio: 'ignore', env: process.env });
  };
  initialise('mintmark');
  const writePin = (text: string) => writeFileSync(file('pin'), `${text}\n`, { mode: 0o600 });
  writePin(pin);
  const fail = (fault: Fault) => writeFileSync(file('fault'), fault);
  fail('none');
  writeFileSync(file('logins'), '');
  const modulePath = compileFaultyToken(folder);
  return {
    ...{ folder, pin, pinFile: file('pin'), fail, writePin },
    address: { modulePath, token: 'mintmark' },
    addToken: (label) => {
      initialise(label);
      return { modulePath, token: label };
    },
    uri: `pkcs11:token=mintmark?module-path=${modulePath}`,
    logins: () => readFileSync(file('logins')).length,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compileFaultyToken(folder: string): string {
  const library = join(folder, 'faulty-token.so');
  const headers = join(dirname(createRequire(import.meta.url).resolve('pkcs11js/package.json')), 'includes');
  const source = fileURLToPath(new URL('./faulty-token.c', import.meta.url));
  const defines = [`-DREAL="${SOFTHSM}"`, `-DFOLDER="${folder}"`];
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O1',
    `-I${headers}`,
    ...defines,
    '-o',
    library,
    source,
    '-ldl',
    '-pthread',
  ]);
  return library;
}

/** A key such as the service would never make, under a label of its own. @returns its id */
export function plantKey(
  { address, pin }: SoftToken,
  how: { extractable?: boolean; sensitive?: boolean; imported?: boolean },
): string {
  const script = fileURLToPath(new URL('./plant-token-key.cjs', import.meta.url));
  const input = JSON.stringify({ modulePath: address.modulePath, pin, how });
  return execFileSync(process.execPath, [script], { env: process.env, input }).toString().trim();
}
