export { TOKEN_DEFECTS, type TokenDefect } from './broken-tokens.ts';
export { FakeClock, settled } from './fake-clock.ts';
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestKeySet,
  type TokenParts,
} from './test-issuer.ts';
export { newKey, type TestKey } from './test-key.ts';
