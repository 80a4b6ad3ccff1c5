import { describe, expect, it } from '@jest/globals';
import { SigningProviderError } from '../../core/ports/signing-key-provider.ts';
import { TEST_SEAL, testKek } from '../../../../../test/keys/key-lab.ts';
import { CustodyOfKeys } from './custody-of-keys.ts';
import type { TokenProcess } from './pkcs11/token-process.ts';
import { Tokens } from './pkcs11/tokens.ts';

const [HERE, THERE] = ['0a0a0a0a', '0b0b0b0b'];
const idIn = (tag: string) => `${tag}${'7'.repeat(24)}`;

/** @param holds ids of the keys in it; the code of an error: it cannot be asked */
function token(tag: string, holds: readonly string[] | 'PROVIDER_UNREACHABLE' | 'PROVIDER_BUSY'): TokenProcess {
  const answer = ({ id }: { id: string }) => {
    if (!Array.isArray(holds)) throw new SigningProviderError(holds as 'PROVIDER_BUSY', 'not now');
    if (!holds.includes(id)) throw new SigningProviderError('KEY_NOT_FOUND', 'not here');
    return {};
  };
  const ask = (_verb: 'publicKey', asked: { id: string }) => Promise.resolve(asked).then(answer);
  return { tag, ask, reach: () => Promise.resolve(tag) } as unknown as TokenProcess;
}

async function custodyOf(id: string, tokens: readonly TokenProcess[]): Promise<readonly string[] | undefined> {
  const store = { localKey: () => Promise.resolve(undefined), condemned: () => Promise.resolve([]) };
  const custody = new CustodyOfKeys({
    ...{ keks: [testKek()], seal: TEST_SEAL, tokens: new Tokens(tokens) },
    store: { ...store, condemn: () => Promise.resolve() },
  });
  const handle = `pkcs11:${id}` as const;
  return (await custody.of([handle])).get(handle);
}

describe('what a key of a token lies under', () => {
  it('is the token that has it, whatever its name says', async () => {
    const tokens = [token(THERE, []), token(HERE, [idIn(HERE), idIn(THERE)])];
    expect(await custodyOf(idIn(HERE), tokens)).toEqual([`pkcs11:${HERE}`]);
    expect(await custodyOf(idIn(THERE), tokens)).toEqual([`pkcs11:${HERE}`]);
  });

  it('cannot be told if every token was asked and none has it: whoever wrote the name may have made it up', async () => {
    expect(await custodyOf(idIn(HERE), [])).toEqual([]);
    expect(await custodyOf(idIn(HERE), [token(HERE, []), token(THERE, [])])).toEqual([]);
    expect(await custodyOf('made up', [token(HERE, [])])).toEqual([]);
  });

  it.each(['PROVIDER_UNREACHABLE', 'PROVIDER_BUSY'] as const)(
    'is what its name says while one that may have it cannot be asked (%s)',
    async (why) => {
      expect(await custodyOf(idIn(HERE), [token(HERE, why)])).toEqual([`pkcs11:${HERE}`]);
      expect(await custodyOf(idIn(HERE), [token(HERE, []), token(THERE, why)])).toEqual([`pkcs11:${HERE}`]);
      expect(await custodyOf(idIn(HERE), [token(HERE, why), token(THERE, [idIn(HERE)])])).toEqual([`pkcs11:${THERE}`]);
    },
  );
});
