// Loaded by token-service before its own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: key (all), alg or kid.
import { generateKeyPairSync } from 'node:crypto';

interface PublishedKeySet {
  readonly body: string;
}

interface Jwks {
  readonly keys: readonly { readonly kid: string }[];
}

interface KeyRingClass {
  readonly prototype: { publicKeySet(this: object): PublishedKeySet };
}

const { kty: _kty, ...otherPoint } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  format: 'jwk',
});
const breakages: Record<string, (kid: string) => object> = {
  key: () => otherPoint,
  alg: () => ({ alg: 'ES384' }),
  kid: (kid) => ({ kid: kid.split('').reverse().join('') }),
};
const what = process.env['PROVE_SABOTAGE'] ?? 'all';
const damage = breakages[what === 'all' ? 'key' : what];
if (!damage) throw new Error(`no such sabotage: ${what}`);

const path = '../../../apps/token-service/dist/core/keys/distribution/key-ring.js';
const { KeyRing } = (await import(new URL(path, import.meta.url).href)) as { KeyRing: KeyRingClass };
const { publicKeySet } = KeyRing.prototype;
if (typeof publicKeySet !== 'function') throw new Error('there is no method publicKeySet to break');
KeyRing.prototype.publicKeySet = function () {
  const published = publicKeySet.call(this);
  const { keys, ...rest } = JSON.parse(published.body) as Jwks;
  return { ...published, body: JSON.stringify({ ...rest, keys: keys.map((key) => ({ ...key, ...damage(key.kid) })) }) };
};
