// Loaded by the token service before its own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names the check to leave out, or all.
import { alterOnLoad, type Alteration } from '../altered-code.ts';

const CORE = 'token-service/dist/core/authentication';

const BREAKAGES: Readonly<Record<string, Alteration>> = {
  audience: {
    file: `${CORE}/assertion-checks.js`,
    from: 'return aud === expected',
    to: 'return true || aud === expected',
  },
  expiry: { file: `${CORE}/assertion-checks.js`, from: "return 'expired';", to: 'void 0;' },
  signature: {
    file: `${CORE}/assertion-keys.js`,
    from: '.find((key) => verifyBytes(',
    to: '.find((key) => true || verifyBytes(',
  },
  once: { file: `${CORE}/one-time-use.js`, from: "first ? 'first' : 'used-before'", to: "'first'" },
  name: { file: `${CORE}/mutual-tls.js`, from: '!named.some((name) => carriesName(certificate, name))', to: 'false' },
  chain: { file: `${CORE}/mutual-tls.js`, from: '!evidence.trusted', to: 'false' },
  proxy: {
    file: 'token-service/dist/transport/certificates/certificate-evidence.js',
    from: 'if (!proxy || !this.#isVouchedFor(peer))',
    to: 'if (proxy && Object.values(headers).flat().length > 0) return proxy.header; if (!proxy)',
  },
  header: {
    file: 'token-service/dist/transport/certificates/forwarded-certificate.js',
    from: "if (header === 'x-forwarded-client-cert')",
    to: 'if (headers.forwardedClientCert.length > 0)',
  },
  two: { file: `${CORE}/authenticate-client.js`, from: 'if (second)', to: 'if (false)' },
  disabled: { file: `${CORE}/authenticate-client.js`, from: 'if (client.disabled)', to: 'if (false)' },
};

const what = process.env['PROVE_SABOTAGE'] ?? 'all';
const chosen = what === 'all' ? Object.keys(BREAKAGES) : what.split(',');
alterOnLoad(
  chosen.map((name) => {
    const breakage = BREAKAGES[name];
    if (!breakage) throw new Error(`no such sabotage: ${name}. There are ${Object.keys(BREAKAGES).join(', ')}`);
    return breakage;
  }),
);
