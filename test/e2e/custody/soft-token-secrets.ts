import { createDecipheriv, createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CKA_CLASS = 0x0;
const CKA_VALUE = 0x11;
const CKA_EC_POINT = 0x181;
const CKO_PRIVATE_KEY = 3;
/** SoftHSM's own attribute: the key of the token's objects, encrypted under the PIN. */
const USER_PIN_BLOB = 0x8000534d;
const PBE_ITERATIONS = 1_500;

type Attributes = ReadonlyMap<number, Buffer | number>;

/**
 * The private scalars of every EC key in a SoftHSM token: what no PKCS#11 call gives away, read from its files with the PIN,
 * so that a test knows what to search for.
 */
export function privateScalars(tokenDirectory: string, pin: string): Buffer[] {
  const [token = ''] = readdirSync(tokenDirectory);
  const folder = join(tokenDirectory, token);
  const key = objectKey(attributesOf(join(folder, 'token.object')), pin);
  const objects = readdirSync(folder).filter((name) => name.endsWith('.object') && name !== 'token.object');
  return objects
    .map((name) => attributesOf(join(folder, name)))
    .filter((attributes) => attributes.get(CKA_CLASS) === CKO_PRIVATE_KEY && !attributes.has(CKA_EC_POINT))
    .map((attributes) => attributes.get(CKA_VALUE))
    .filter((value): value is Buffer => Buffer.isBuffer(value) && value.length > 0)
    .map((value) => decrypt(key, value));
}

/** 8 bytes of generation, then attributes: type, kind, value. Integers have 8 bytes, the most significant one first. */
function attributesOf(path: string): Attributes {
  const file = readFileSync(path);
  const attributes = new Map<number, Buffer | number>();
  let at = 8;
  const integer = () => Number(file.readBigUInt64BE((at += 8) - 8));
  while (at < file.length) {
    const [type, kind] = [integer(), integer()];
    if (kind === 1) attributes.set(type, file[at++]!);
    else if (kind === 2) attributes.set(type, integer());
    else {
      const length = integer();
      attributes.set(type, file.subarray(at, (at += length)));
    }
  }
  return attributes;
}

function objectKey(token: Attributes, pin: string): Buffer {
  const blob = token.get(USER_PIN_BLOB) as Buffer;
  const [salt, encrypted] = [blob.subarray(0, 8), blob.subarray(8)];
  let derived = createHash('sha256').update(salt).update(pin).digest();
  for (let left = PBE_ITERATIONS + salt[7]! - 1; left > 0; left--)
    derived = createHash('sha256').update(derived).digest();
  const plain = decrypt(derived, encrypted);
  if (plain.toString('latin1', 0, 3) !== 'RJR') throw new Error('the PIN does not open the files of the token');
  return plain.subarray(3);
}

function decrypt(key: Buffer, value: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', key, value.subarray(0, 16));
  return Buffer.concat([decipher.update(value.subarray(16)), decipher.final()]);
}
