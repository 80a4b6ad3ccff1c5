export * from './algorithms.ts';
export * from './base64url.ts';
export * from './compact.ts';
export * from './ecdsa-signature.ts';
export * from './jwk.ts';
export * from './key-pair.ts';
export * from './strict-json.ts';
