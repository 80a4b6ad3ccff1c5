import { describe, expect, it } from '@jest/globals';
import type { SigningAlgorithm } from '@mintmark/contract';
import { hasPrivateMember, importPublicJwk, verifyBytes } from '@mintmark/jws';
import type { KeyHandle } from '../../apps/token-service/src/core/model/signing-key.ts';
import {
  SigningProviderError,
  type SigningKeyProvider,
  type SigningProviderErrorCode,
} from '../../apps/token-service/src/core/ports/signing-key-provider.ts';

const INPUT = Buffer.from('eyJhbGciOiJub25lIn0.e30');
const SIGNATURE_BYTES: Readonly<Record<SigningAlgorithm, number>> = {
  ES256: 64,
  EdDSA: 64,
  Ed25519: 64,
  RS256: 256,
  PS256: 256,
  'ML-DSA-44': 2420,
};
const ES256_BYTES = SIGNATURE_BYTES.ES256;

/** What every provider of signing keys must do, whatever holds its keys. `open` returns one without keys. */
export function signingKeyProviderContract(name: string, open: () => Promise<SigningKeyProvider>): void {
  describe(`${name}, as a provider of signing keys`, () => {
    let tags = 0;
    const make = (provider: SigningKeyProvider, algorithm: SigningAlgorithm = 'ES256') =>
      provider.create({ algorithm, idempotencyKey: `tag-${++tags}` });

    it('signs with each of its algorithms in a form that the published key verifies', async () => {
      const provider = await open();
      expect(provider.capabilities().algorithms).toContain('ES256');
      for (const algorithm of provider.capabilities().algorithms) {
        const handle = await make(provider, algorithm);
        const jwk = await provider.publicJwk(handle);
        const imported = importPublicJwk(jwk);
        if (!imported.ok) throw new Error(`${algorithm}: the published key is ${imported.defect}`);
        expect([jwk.alg, jwk.use, jwk.kid]).toEqual([algorithm, 'sig', imported.key.thumbprint]);
        const signature = await provider.sign(handle, INPUT);
        expect(signature).toHaveLength(SIGNATURE_BYTES[algorithm]);
        expect(verifyBytes(algorithm, imported.key.publicKey, INPUT, signature)).toBe(true);
        expect(verifyBytes(algorithm, imported.key.publicKey, Buffer.from('another input'), signature)).toBe(false);
      }
    });

    it('gives ECDSA signatures as r‖s of fixed length, each of them right, every time', async () => {
      const provider = await open();
      const handle = await make(provider);
      const verifies = await verifierOf(provider, handle);
      // A DER signature is 64 bytes by chance only; a scalar with a leading zero byte comes once in 128.
      const lengths = new Set<number>();
      for (let round = 0; round < 400; round++) {
        const input = Buffer.from(`${round}`);
        const signature = await provider.sign(handle, input);
        lengths.add(signature.length);
        expect(verifies(input, signature)).toBe(true);
      }
      expect([...lengths]).toEqual([ES256_BYTES]);
    });

    it('publishes no private member', async () => {
      const provider = await open();
      for (const algorithm of provider.capabilities().algorithms) {
        expect(hasPrivateMember(await provider.publicJwk(await make(provider, algorithm)))).toBe(false);
      }
    });

    it('makes one key for an idempotency key, however often and however concurrently it is asked', async () => {
      const provider = await open();
      const request = { algorithm: 'ES256', idempotencyKey: 'once' } as const;
      const handles = await Promise.all([1, 2, 3].map(() => provider.create(request)));
      handles.push(await provider.create(request));
      expect(new Set(handles).size).toBe(1);
      const kids = await Promise.all(handles.map(async (handle) => (await provider.publicJwk(handle)).kid));
      expect(new Set(kids).size).toBe(1);
    });

    it('makes another key for another idempotency key', async () => {
      const provider = await open();
      const [one, other] = [await make(provider), await make(provider)];
      expect(one).not.toBe(other);
      expect((await provider.publicJwk(one)).kid).not.toBe((await provider.publicJwk(other)).kid);
    });

    it('signs many things at once, each right', async () => {
      const provider = await open();
      const handle = await make(provider);
      const verifies = await verifierOf(provider, handle);
      const inputs = Array.from({ length: 60 }, (_, index) => Buffer.from(`input ${index}`));
      const signatures = await Promise.all(inputs.map(async (input) => provider.sign(handle, input)));
      expect(signatures.every((signature, at) => verifies(inputs[at]!, signature))).toBe(true);
    });

    it('signs again after it was told to forget', async () => {
      const provider = await open();
      const handle = await make(provider);
      const verifies = await verifierOf(provider, handle);
      await provider.sign(handle, INPUT);
      provider.forget(handle);
      provider.forget(handle);
      // Nothing of it is held any more: what comes now takes a look at where the key is.
      const signature = provider.sign(handle, INPUT);
      expect(signature).toBeInstanceOf(Promise);
      expect(verifies(INPUT, await signature)).toBe(true);
    });

    it('lists what it holds with the idempotency key it was made for', async () => {
      const provider = await open();
      const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'listed' });
      const gone = await make(provider);
      await provider.destroy(gone);
      expect(await listOf(provider)).toEqual([{ handle, idempotencyKey: 'listed' }]);
    });

    it('destroys for good, and does not mind being asked twice', async () => {
      const provider = await open();
      const handle = await make(provider);
      await provider.sign(handle, INPUT);
      await provider.destroy(handle);
      await provider.destroy(handle);
      expect(await failureOf(() => provider.sign(handle, INPUT))).toBe('KEY_NOT_FOUND');
      expect(await failureOf(() => provider.publicJwk(handle))).toBe('KEY_NOT_FOUND');
    });

    it('types its failures', async () => {
      const provider = await open();
      const foreign: KeyHandle = 'elsewhere:1';
      // One provider knows that it has none; several, that none of them would.
      const unknown = /^KEY_(NOT_FOUND|ELSEWHERE)$/;
      expect(await failureOf(() => provider.sign(foreign, INPUT))).toMatch(unknown);
      expect(await failureOf(() => provider.publicJwk(foreign))).toMatch(unknown);
      const request = { algorithm: 'HS256' as SigningAlgorithm, idempotencyKey: 'symmetric' };
      expect(await failureOf(() => provider.create(request))).toBe('ALGORITHM_UNSUPPORTED');
      expect(await listOf(provider)).toEqual([]);
    });
  });
}

async function verifierOf(provider: SigningKeyProvider, handle: KeyHandle) {
  const imported = importPublicJwk(await provider.publicJwk(handle));
  if (!imported.ok) throw new Error(imported.defect);
  const { publicKey } = imported.key;
  return (input: Uint8Array, signature: Uint8Array) => verifyBytes('ES256', publicKey, input, signature);
}

async function listOf(provider: SigningKeyProvider) {
  const listed: { handle: KeyHandle; idempotencyKey: string }[] = [];
  for await (const { handle, idempotencyKey } of provider.list()) listed.push({ handle, idempotencyKey });
  return listed;
}

async function failureOf(act: () => unknown): Promise<SigningProviderErrorCode | 'no failure'> {
  try {
    await act();
    return 'no failure';
  } catch (error) {
    if (error instanceof SigningProviderError) return error.code;
    throw error;
  }
}
