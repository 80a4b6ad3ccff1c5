import { describe, expect, it } from '@jest/globals';
import { AdminError } from '@mintmark/admin-client';
import { documentOf, failureOf, formatFailure } from './failure.ts';
import { styleFor } from './style.ts';
import { Interrupted, UsageError } from './usage-error.ts';

const plain = styleFor({ write: () => undefined }, {});
const admin = (code: string, httpStatus?: number) => new AdminError({ code, message: 'm', httpStatus });
const token = (fields: object) => Object.assign(new Error('m'), { name: 'TokenRequestError', ...fields });

describe('the exit code', () => {
  it.each([
    ['a mistake in usage', new UsageError('m'), 2],
    ['Ctrl-C', new Interrupted(), 130],
    ['a declaration that is wrong', admin('DECLARATION_INVALID', 400), 1],
    ['a conflict', admin('REGISTRY_CONFLICT', 409), 1],
    ['an operator without the scope', admin('SCOPE_INSUFFICIENT', 403), 4],
    ['an operator token that is refused', admin('TOKEN_INVALID', 401), 4],
    ['a service that is down', admin('ADMIN_UNREACHABLE'), 5],
    ['a service whose answer was lost', admin('ANSWER_LOST'), 5],
    ['a service that is stopping', admin('STOPPING', 503), 5],
    [
      'a wrong secret',
      token({ code: 'CLIENT_AUTHENTICATION_FAILED', oauthError: 'invalid_client', httpStatus: 401 }),
      4,
    ],
    ['a scope that no policy grants', token({ code: 'SCOPE_DENIED', oauthError: 'invalid_scope', httpStatus: 400 }), 4],
    ['an issuer that is down', token({ code: 'ISSUER_UNREACHABLE' }), 5],
    ['a mistake of ours', new TypeError('m'), 1],
  ])('of %s', (_, error, exitCode) => {
    expect(failureOf(error).exitCode).toBe(exitCode);
  });
});

describe('a failure', () => {
  const problem = {
    file: 'a.yaml',
    line: 3,
    column: 5,
    path: 'x',
    problem: 'unknown scope',
    allowed: 'a, b',
    fix: 'use a',
  };
  const failure = failureOf(
    new AdminError({
      code: 'DECLARATION_INVALID',
      message: 'Not applied.',
      requestId: 'r-7',
      problems: [problem],
      requiredScopes: ['registry:write'],
      notBefore: new Date(0),
      waitsFor: 'publish-ahead',
    }),
  );

  it('tells people where, what is allowed, how to mend it, and what finds the log line', () => {
    expect(formatFailure(failure, plain).split('\n')).toEqual([
      'error: Not applied.',
      '  a.yaml:3:5 unknown scope',
      '      allowed: a, b',
      '      fix: use a',
      '  it takes registry:write: an operator with registry:admin can grant it by a policy on mintmark-admin',
      '  possible from 1970-01-01T00:00:00.000Z (waits for publish-ahead)',
      '  DECLARATION_INVALID, request_id r-7',
    ]);
  });

  it('tells programs the same in names of the API', () => {
    expect(documentOf(failure)).toEqual({
      error: {
        code: 'DECLARATION_INVALID',
        message: 'Not applied.',
        request_id: 'r-7',
        problems: [problem],
        not_before: '1970-01-01T00:00:00.000Z',
        waits_for: 'publish-ahead',
        required_scopes: ['registry:write'],
      },
    });
  });

  it('of somebody else who was faster says what they changed', () => {
    const change = { version: 8, at: new Date(0), actor: 'ann', kind: 'client', action: 'create', id: 'billing' };
    const conflict = failureOf(new AdminError({ code: 'REGISTRY_CONFLICT', message: 'm', changesSince: [change] }));
    expect(formatFailure(conflict, plain)).toContain('meanwhile ann: create client billing');
  });

  it('lets foreign text not steer the terminal', () => {
    expect(formatFailure(failureOf(new Error('a\u001b[31mb')), plain)).toBe('error: a?[31mb');
  });
});
