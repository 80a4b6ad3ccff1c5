export { TOKEN_DEFECTS, type TokenDefect } from './broken-tokens.ts';
export { dpopProof, type DpopCall } from './dpop-proof.ts';
export { FakeClock, settled } from './fake-clock.ts';
export {
  createTestIssuer,
  type TestIssuer,
  type DocumentParts,
  type TestIssuerOptions,
  type TestKeySet,
  type TokenParts,
} from './test-issuer.ts';
export { newCertificate, type TestCertificate } from './test-certificate.ts';
export { newKey, type TestKey } from './test-key.ts';
