import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  ADMIN_ERRORS,
  ERRORS,
  ISSUER_ERRORS,
  VERIFIER_ERRORS,
  publicCodeOf,
  type VerifierErrorCode,
} from './error-codes.ts';
import { GRPC_STATUS } from './grpc-status.ts';

const documented = new Map(
  readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, code = '', ...cells]) => [code, cells]),
);

describe('error codes', () => {
  it('are the ones docs/errors.md has, with the same HTTP status, OAuth error, gRPC status and public code', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(ERRORS).sort());
    for (const [code, { http, oauth, grpc }] of Object.entries(ERRORS)) {
      const publicCode = code in VERIFIER_ERRORS ? [publicCodeOf(code as VerifierErrorCode)] : [];
      expect([code, ...(documented.get(code) ?? []).slice(0, 3 + publicCode.length)]).toEqual([
        code,
        String(http),
        oauth ?? '–',
        grpc,
        ...publicCode,
      ]);
    }
  });

  it('of the verifier are told as one of five', () => {
    const told = new Set(Object.values(VERIFIER_ERRORS).map(({ publicCode }) => publicCode));
    expect([...told].toSorted()).toEqual([
      ...['CANNOT_DETERMINE', 'SCOPE_INSUFFICIENT', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'TOKEN_MISSING'],
    ]);
  });

  it('of issuer, admin API and verifier do not overlap', () => {
    const all = [ISSUER_ERRORS, ADMIN_ERRORS, VERIFIER_ERRORS].flatMap((group) => Object.keys(group));
    expect(all).toHaveLength(new Set(all).size);
  });

  it('say 503, UNAVAILABLE and that a retry makes sense exactly together', () => {
    for (const [code, mapping] of Object.entries(ERRORS)) {
      const undecided = mapping.http === 503;
      expect([code, mapping.grpc === 'UNAVAILABLE', Boolean(mapping.retryable)]).toEqual([code, undecided, undecided]);
    }
  });

  it('carry the canonical gRPC numbers', () => {
    expect([
      GRPC_STATUS.INVALID_ARGUMENT,
      GRPC_STATUS.PERMISSION_DENIED,
      GRPC_STATUS.UNAVAILABLE,
      GRPC_STATUS.UNAUTHENTICATED,
    ]).toEqual([3, 7, 14, 16]);
  });
});
