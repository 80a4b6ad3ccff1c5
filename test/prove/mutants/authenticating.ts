import type { Mutant } from './mutant.ts';

const CORE = 'apps/token-service/src/core/authentication';
const ASSERTION = `${CORE}/client-assertion.spec.ts`;
const CERTIFICATES = 'apps/token-service/src/transport/certificates';
const CERTIFICATE = `${CORE}/mutual-tls.spec.ts`;

/** The guards of client authentication by keys, workloads and certificates. */
export const AUTHENTICATING: readonly Mutant[] = [
  {
    guard: 'aud has one member',
    file: `${CORE}/assertion-checks.ts`,
    from: 'aud.length === 1 && aud[0] === expected',
    to: 'aud.includes(expected)',
    spec: ASSERTION,
  },
  {
    guard: 'aud is the issuer',
    file: `${CORE}/private-key-jwt.ts`,
    from: 'if (!isAudience(aud, ports.issuer))',
    to: 'if (!isAudience(aud, String(aud)))',
    spec: ASSERTION,
  },
  {
    guard: 'sub is the client',
    file: `${CORE}/private-key-jwt.ts`,
    from: 'if (sub !== client.id)',
    to: 'if (sub === undefined)',
    spec: ASSERTION,
  },
  {
    guard: 'an assertion ends',
    file: `${CORE}/assertion-checks.ts`,
    from: "return 'expired';",
    to: 'void 0;',
    spec: ASSERTION,
  },
  {
    guard: 'an assertion is short-lived',
    file: `${CORE}/assertion-checks.ts`,
    from: "return 'lives-too-long';",
    to: 'void 0;',
    spec: ASSERTION,
  },
  {
    guard: 'no header that is not allowed',
    file: `${CORE}/assertion-checks.ts`,
    from: '!allowed.includes(name)',
    to: '!allowed.includes(name) && false',
    spec: ASSERTION,
  },
  {
    guard: 'only the algorithms pinned',
    file: `${CORE}/assertion-checks.ts`,
    from: "? undefined : 'algorithm-forbidden'",
    to: '? undefined : undefined',
    spec: ASSERTION,
  },
  {
    guard: 'the signature is verified',
    file: `${CORE}/assertion-keys.ts`,
    from: 'fitting.find((key) => verifyBytes(',
    to: 'fitting.find((key) => true || verifyBytes(',
    spec: ASSERTION,
  },
  {
    guard: 'an assertion is used once',
    file: `${CORE}/private-key-jwt.ts`,
    from: "if (use === 'used-before')",
    to: 'if (false)',
    spec: ASSERTION,
  },
  {
    guard: 'a disabled issuer vouches for nobody',
    file: `${CORE}/workload-identity.ts`,
    from: 'if (issuer.disabled)',
    to: 'if (issuer.disabled && false)',
    spec: ASSERTION,
  },
  {
    guard: 'declared claims are demanded',
    file: `${CORE}/workload-identity.ts`,
    from: 'Object.hasOwn(payload, name) && payload[name] === value',
    to: 'Object.hasOwn(payload, name)',
    spec: ASSERTION,
  },
  {
    guard: 'the account is the one pinned',
    file: `${CORE}/workload-profiles.ts`,
    from: "return uid === undefined || account['uid'] === uid;",
    to: 'return true;',
    spec: ASSERTION,
  },
  {
    guard: 'the certificate has the name declared',
    file: `${CORE}/mutual-tls.ts`,
    from: '!named.some((name) => carriesName(certificate, name))',
    to: 'false',
    spec: CERTIFICATE,
  },
  {
    guard: 'the certificate is of an authority that is trusted',
    file: `${CORE}/mutual-tls.ts`,
    from: '!evidence.trusted',
    to: 'false',
    spec: CERTIFICATE,
  },
  {
    guard: 'the certificate is current',
    file: `${CORE}/mutual-tls.ts`,
    from: 'if (!isCurrent(certificate, now))',
    to: 'if (false)',
    spec: CERTIFICATE,
  },
  {
    guard: 'only an authority signs certificates',
    file: `${CORE}/certificate-chain.ts`,
    from: 'return issuer.ca && ',
    to: 'return ',
    spec: CERTIFICATE,
  },
  {
    guard: 'the signature of a certificate is verified',
    file: `${CORE}/certificate-chain.ts`,
    from: ' && certificate.verify(issuer.publicKey)',
    to: '',
    spec: CERTIFICATE,
  },
  {
    guard: 'what a handshake found counts no longer than the authorities do',
    file: `${CERTIFICATES}/certificate-evidence.ts`,
    from: ' && sameSinceAccepted(ends)',
    to: '',
    spec: `${CERTIFICATES}/certificate-evidence.spec.ts`,
  },
  {
    guard: 'what a later handshake on the connection found counts',
    file: `${CERTIFICATES}/peer-certificate.ts`,
    from: 'authorized && !authorizationError',
    to: 'authorized',
    spec: `${CERTIFICATES}/peer-certificate.spec.ts`,
  },
  {
    guard: 'no second handshake on a connection',
    file: 'apps/token-service/src/modules/tls-files.ts',
    from: ' | constants.SSL_OP_NO_RENEGOTIATION',
    to: '',
    spec: 'test/e2e/authenticating/hostile-evidence.spec.ts',
  },
  {
    guard: 'nor longer than the certificate',
    file: `${CERTIFICATES}/certificate-evidence.ts`,
    from: ' && isCurrent(leaf, clock.now())',
    to: '',
    spec: `${CERTIFICATES}/certificate-evidence.spec.ts`,
  },
];
