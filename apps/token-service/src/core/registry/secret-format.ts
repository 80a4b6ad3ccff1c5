import { createHash } from 'node:crypto';

/** Random bytes in a client secret: 256 bits, so that a plain keyed digest is enough to store it (no slow hash). */
export const SECRET_BYTES = 32;

const PREFIX = 'mmcs_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 > 2^256 and 62^6 > 2^32. */
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const SECRET = new RegExp(`^${PREFIX}([0-9A-Za-z]{${BODY_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`);

/**
 * Writes 32 random bytes as a client secret: `mmcs_`, 43 digits of base 62, and 6 more that check them. Letters and digits
 * alone, so it needs no encoding in Basic credentials, and a scanner of leaked secrets can tell it from anything else.
 * @throws RangeError unless there are 32 bytes
 */
export function formatSecret(random: Uint8Array): string {
  if (random.length !== SECRET_BYTES) throw new RangeError(`a client secret is made of ${SECRET_BYTES} bytes`);
  const body = base62(random, BODY_LENGTH);
  return PREFIX + body + checksum(body);
}

/** Whether a text has the form and the checksum of a client secret; says nothing of whether it is anyone's. */
export function isSecretFormat(text: string): boolean {
  const [, body, check] = SECRET.exec(text) ?? [];
  return body !== undefined && checksum(body) === check;
}

function checksum(body: string): string {
  const digest = createHash('sha256').update(PREFIX).update(body).digest();
  return base62(digest.subarray(0, 4), CHECKSUM_LENGTH);
}

function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let digits = '';
  for (let index = 0; index < length; index++) {
    digits = ALPHABET.charAt(Number(rest % 62n)) + digits;
    rest /= 62n;
  }
  return digits;
}
