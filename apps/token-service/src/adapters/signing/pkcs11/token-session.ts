import type { SigningAlgorithm } from '@mintmark/contract';
import { OTHERS_OR_GROUP_WRITE, PrivateFileError, readPrivately } from '../private-file.ts';
import { CK, returnValueOf, type Cryptoki, type Handle, type TokenInfo } from './cryptoki.ts';
import type { TokenAddress } from './pkcs11-uri.ts';
import { PIN_FILE, pinRefused, TokenError } from './token-error.ts';
import { mechanismsOf, TOKEN_ALGORITHMS } from './token-mechanisms.ts';
import { tagOf } from './token-tag.ts';

/** Built for this Node by `scripts/ci/install-pkcs11.sh --binding`. */
const BINDING = 'pkcs11js';

/** A token logged into, with as many sessions as may be used at once. */
export interface OpenToken {
  readonly cryptoki: Cryptoki;
  readonly sessions: readonly Handle[];
  readonly algorithms: readonly SigningAlgorithm[];
  readonly tag: string;
}

/** @throws TokenError, or the binding's error with a CKR_… in its message */
export async function openToken(address: TokenAddress, pinFile: string, sessions: number): Promise<OpenToken> {
  const cryptoki = await loadLibrary(address.modulePath);
  cryptoki.C_Initialize({ flags: CK.osLockingOk });
  const slot = findToken(cryptoki, address);
  const opened = Array.from({ length: sessions }, () => cryptoki.C_OpenSession(slot, CK.serialSession | CK.rwSession));
  logIn(cryptoki, slot, opened[0]!, pinFile);
  const offered = new Set(cryptoki.C_GetMechanismList(slot));
  const algorithms = TOKEN_ALGORITHMS.filter((name) => mechanismsOf(name).every((mechanism) => offered.has(mechanism)));
  return { cryptoki, sessions: opened, algorithms, tag: tagOf(cryptoki.C_GetTokenInfo(slot)) };
}

async function loadLibrary(modulePath: string): Promise<Cryptoki> {
  const binding = (await import(BINDING).catch((error: unknown) => {
    throw new TokenError('SETUP', `${notInstalled()} (${error instanceof Error ? error.message : String(error)})`);
  })) as { default: { PKCS11: new () => Cryptoki } };
  const cryptoki = new binding.default.PKCS11();
  try {
    cryptoki.load(modulePath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TokenError('SETUP', `${modulePath} is no PKCS#11 library that can be loaded here: ${reason}`);
  }
  return cryptoki;
}

function notInstalled(): string {
  return `Keys in a PKCS#11 token take the package ${BINDING}, which is not installed. Run: scripts/ci/install-pkcs11.sh --binding`;
}

function findToken(cryptoki: Cryptoki, address: TokenAddress): Handle {
  const fitting = cryptoki.C_GetSlotList(true).filter((slot) => fits(cryptoki.C_GetTokenInfo(slot), address));
  if (fitting.length === 1) return fitting[0]!;
  const many = fitting.length > 1;
  throw new TokenError(
    many ? 'SETUP' : 'PROVIDER_UNREACHABLE',
    many
      ? `${nameOf(address)} fits more than one PKCS#11 token: add its serial.`
      : `The PKCS#11 token ${nameOf(address)} is not there. Look after it; it is asked for again by itself.`,
  );
}

/** As the settings have it. */
function nameOf({ token, serial, manufacturer, model }: TokenAddress): string {
  const named = Object.entries({ token, serial, manufacturer, model }).filter(([, value]) => value !== undefined);
  return `pkcs11:${named.map((pair) => pair.join('=')).join(';')}`;
}

function fits(info: TokenInfo, { token, serial, manufacturer, model }: TokenAddress): boolean {
  const pairs = [
    [token, info.label],
    [serial, info.serialNumber],
    [manufacturer, info.manufacturerID],
    [model, info.model],
  ] as const;
  // The fields are of fixed width, filled up with blanks.
  return pairs.every(([wanted, actual]) => wanted === undefined || wanted === actual.trimEnd());
}

function logIn(cryptoki: Cryptoki, slot: Handle, session: Handle, pinFile: string): void {
  const { flags } = cryptoki.C_GetTokenInfo(slot);
  if (flags & CK.userPinLocked) throw new TokenError('PIN_REFUSED', pinRefused('CKR_PIN_LOCKED'));
  if (flags & CK.userPinFinalTry) {
    throw new TokenError(
      'PIN_REFUSED',
      'One more wrong PIN would lock the PKCS#11 token, so none is tried. Log in once with its own tool, then restart.',
    );
  }
  try {
    cryptoki.C_Login(session, CK.user, readPin(pinFile));
  } catch (error) {
    if (returnValueOf(error) !== 'CKR_USER_ALREADY_LOGGED_IN') throw error;
  }
}

function readPin(path: string): string {
  try {
    const pin = readPrivately(path, OTHERS_OR_GROUP_WRITE)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    if (pin !== '') return pin;
    throw new TokenError('SETUP', `${PIN_FILE}: ${path} is empty. Write the PIN into it.`);
  } catch (error) {
    if (error instanceof PrivateFileError) throw new TokenError('SETUP', `${PIN_FILE}: ${error.message}`);
    throw error;
  }
}
