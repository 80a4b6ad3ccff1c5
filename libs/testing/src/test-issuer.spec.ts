import { describe, expect, it } from '@jest/globals';
import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { createVerifier } from '@mintmark/verifier';
import { TOKEN_DEFECTS, type TokenDefect } from './broken-tokens.ts';
import { FakeClock } from './fake-clock.ts';
import { createTestIssuer } from './test-issuer.ts';

describe('the test issuer', () => {
  it.each(SIGNING_ALGORITHMS)('signs tokens a verifier accepts, with %s', async (algorithm) => {
    const issuer = createTestIssuer({ algorithm });
    const verdict = await createVerifier(issuer.trust).verify(issuer.token({ scope: 'stock:read stock:reserve' }));
    expect(verdict).toMatchObject({
      ok: true,
      caller: { clientId: 'orders', audience: 'inventory', scopes: ['stock:read', 'stock:reserve'] },
    });
  });

  it.each(Object.entries(TOKEN_DEFECTS))('breaks a token: %s is %s', async (defect, code) => {
    const issuer = createTestIssuer();
    const verdict = await createVerifier(issuer.trust).verify(issuer.broken(defect as TokenDefect));
    expect(verdict).toEqual({ ok: false, code });
  });

  it('rotates and removes keys, and its verifiers follow', async () => {
    const issuer = createTestIssuer();
    const verifier = createVerifier(issuer.trust);
    const before = issuer.token();
    const oldKid = issuer.key.kid;
    issuer.rotate();
    await expect(verifier.verify(before)).resolves.toMatchObject({ ok: true });
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    issuer.remove(oldKid);
    await expect(verifier.verify(before)).resolves.toEqual({ ok: false, code: 'KEY_UNKNOWN' });
    expect(() => issuer.remove(issuer.key.kid)).toThrow(TypeError);
  });

  it('keeps to the clock and the time scale it is given', async () => {
    const clock = new FakeClock();
    const issuer = createTestIssuer({ clock, timeScale: 60 });
    const verifier = createVerifier({ ...issuer.trust, timeScale: 60 });
    const token = issuer.token();
    await clock.advance(5_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: true });
    await clock.advance(400);
    await expect(verifier.verify(token)).resolves.toEqual({ ok: false, code: 'TOKEN_EXPIRED' });
  });
});
