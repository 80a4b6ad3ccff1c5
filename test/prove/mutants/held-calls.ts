import type { Mutant } from './mutant.ts';

const VERIFIER = 'libs/verifier/src/local-verifier.ts';
const VERIFY_AGAIN = 'libs/verifier/src/verify-again.spec.ts';
const INTERCEPTOR = 'libs/verifier-grpc/src/interceptor.ts';
const OVER_HTTP = 'libs/verifier-http/src/held-request.spec.ts';
const ADMIN = 'test/e2e/admin/held-calls.spec.ts';

/** What keeps a call that is held open from outliving its token. */
export const HELD_CALLS: readonly Mutant[] = [
  {
    guard: 'a gRPC call is verified again once its request is there as a whole',
    file: INTERCEPTOR,
    from: 'if (!opened || this.#method.requestStream) return proceed();',
    to: 'if (!opened || this.#method) return proceed();',
    spec: 'libs/verifier-grpc/src/held-call.spec.ts',
  },
  {
    guard: 'the handler is given the caller as it was verified last',
    file: INTERCEPTOR,
    from: 'this.#remember(opened.metadata, verdict.caller);',
    to: '',
    spec: ADMIN,
  },
  {
    guard: 'a request to Fastify is verified again once its body is there',
    file: 'libs/verifier-http/src/fastify.ts',
    from: "app.addHook('preHandler', demandToken);",
    to: '',
    spec: OVER_HTTP,
  },
  {
    guard: 'a request that is asked about again is verified again',
    file: 'libs/verifier-http/src/authenticate.ts',
    from: 'verifier.verifyAgain?.(known.caller)',
    to: 'undefined',
    spec: OVER_HTTP,
  },
  {
    guard: 'then its key is asked for',
    file: VERIFIER,
    from: 'this.#refusalOfKey(verified) ?? this.#refusalOfTimes',
    to: 'this.#refusalOfTimes',
    spec: VERIFY_AGAIN,
  },
  {
    guard: 'then the time is asked for',
    file: VERIFIER,
    from: '?? this.#refusalOfTimes(verified.times) ?? this',
    to: '?? this',
    spec: VERIFY_AGAIN,
  },
  {
    guard: 'then revocation is asked for',
    file: VERIFIER,
    from: '?? this.#refusalOfTimes(verified.times) ?? this.#refusalOfRevocation(verified)',
    to: '?? this.#refusalOfTimes(verified.times)',
    spec: VERIFY_AGAIN,
  },
  {
    guard: 'then the admin API asks for the operator',
    file: 'apps/token-service/src/transport/also-demanding.ts',
    from: 'return verdict.ok ? demand(verdict) : verdict;',
    to: 'return verdict;',
    spec: ADMIN,
  },
];
