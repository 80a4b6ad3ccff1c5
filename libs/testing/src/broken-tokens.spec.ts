import { describe, expect, it } from '@jest/globals';
import { libraryWithout } from '../../../test/attacks/library.ts';
import { TOKEN_DEFECTS, type TokenDefect } from './broken-tokens.ts';
import { createTestIssuer } from './test-issuer.ts';

/** In these there is nothing that could be accepted; of an unknown key it is asked only once all but the signature is right. */
type Hopeless = 'empty' | 'garbage' | 'with an unknown key';

/** What a verifier has to leave out to accept the token. */
const KEPT_OUT_BY: Readonly<Record<Exclude<TokenDefect, Hopeless>, readonly string[]>> = {
  expired: ['not-expired'],
  'not yet valid': ['not-from-future'],
  'lives too long': ['lifetime'],
  'for another resource': ['claim-aud'],
  'from another issuer': ['claim-iss'],
  'without scope': ['claim-scope'],
  'without client': ['claim-client_id'],
  forged: ['signature'],
  tampered: ['signature'],
  // Whoever believes in `none` has three things wrong.
  unsigned: ['allowed-algorithm', 'key-algorithm', 'signature'],
  'of another type': ['header-typ'],
  'bound to a certificate': ['certificate-binding'],
};

describe('a broken token', () => {
  const issuer = createTestIssuer();
  const verdictOf = async (defect: TokenDefect, ...left: string[]) => {
    const verdict = await libraryWithout(...left)
      .createVerifier(issuer.trust)
      .verify(issuer.broken(defect));
    return verdict.ok ? 'OK' : verdict.code;
  };

  it.each(Object.entries(KEPT_OUT_BY) as [TokenDefect, readonly string[]][])(
    'that is %s is right in all else',
    async (defect, checks) => {
      expect(await verdictOf(defect)).toBe(TOKEN_DEFECTS[defect]);
      expect(await verdictOf(defect, ...checks)).toBe('OK');
      for (const check of checks) {
        const others = checks.filter((each) => each !== check);
        expect(await verdictOf(defect, ...others)).not.toBe('OK');
      }
    },
  );
});
