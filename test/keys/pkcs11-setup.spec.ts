import { afterEach, describe, expect, it } from '@jest/globals';
import { TokenProcess, TokenSetupError } from '../../apps/token-service/src/adapters/signing/pkcs11/token-process.ts';

/** What a machine looks like on which the binding was never installed. */
const WITHOUT_BINDING = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(name, context, next) {
    if (name === 'pkcs11js') throw new Error("Cannot find package 'pkcs11js'");
    return next(name, context);
  } });
`)}`;

const before = process.env['NODE_OPTIONS'];

afterEach(() => {
  if (before === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = before;
});

describe('a PKCS#11 token without the package that speaks to it', () => {
  it('is refused at the start, with the command that installs it', async () => {
    process.env['NODE_OPTIONS'] = `--import=${WITHOUT_BINDING}`;
    const address = { modulePath: '/usr/lib/softhsm/libsofthsm2.so', token: 'mintmark' };
    const opening = new TokenProcess({ address, pinFile: '/nowhere' }).open();
    await expect(opening).rejects.toThrow(TokenSetupError);
    await expect(opening).rejects.toThrow(/pkcs11js, which is not installed. Run: scripts\/ci\/install-pkcs11.sh/);
  });
});
