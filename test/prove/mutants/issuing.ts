import type { Mutant } from './mutant.ts';

const CORE = 'apps/token-service/src/core';
const E2E = 'test/e2e/issuing';

/** Each step of issuing a token, left out. */
export const ISSUING: readonly Mutant[] = [
  {
    guard: 'the secret is compared',
    file: `${CORE}/authentication/client-secret.ts`,
    from: 'return digest !== undefined && timingSafeEqual(digest, secret.digest);',
    to: 'return digest !== undefined;',
    spec: `${CORE}/authentication/authenticate-client.spec.ts`,
  },
  {
    guard: 'an expired secret is none',
    file: `${CORE}/authentication/client-secret.ts`,
    from: 'filter((secret) => isLiveSecret(secret, now))',
    to: 'filter((secret) => isLiveSecret(secret, now) || true)',
    spec: `${CORE}/authentication/authenticate-client.spec.ts`,
  },
  {
    guard: 'a disabled client is refused',
    file: `${CORE}/authentication/authenticate-client.ts`,
    from: 'if (!client || !match || client.disabled) {',
    to: 'if (!client || !match) {',
    spec: `${CORE}/authentication/authenticate-client.spec.ts`,
  },
  {
    guard: 'exactly one proof of the client',
    file: `${CORE}/authentication/authenticate-client.ts`,
    from: 'if (second) {',
    to: 'if (second && false) {',
    spec: `${CORE}/authentication/authenticate-client.spec.ts`,
  },
  {
    guard: 'a client that does not exist costs a digest too',
    file: `${CORE}/authentication/client-secret.ts`,
    from: 'if (candidates.length === 0) timingSafeEqual(digests.digest(presented), NOBODYS_DIGEST);',
    to: '',
    spec: `${CORE}/authentication/authenticate-client.spec.ts`,
  },
  {
    guard: 'scopes stay within policy',
    file: `${CORE}/policy/decide-grant.ts`,
    from: 'if (refused.length > 0) {',
    to: 'if (refused.length > 99) {',
    spec: `${CORE}/policy/decide-grant.spec.ts`,
  },
  {
    guard: 'scopes stay within what the resource offers and policy allows',
    file: `${CORE}/policy/decide-grant.ts`,
    from: 'resource.scopes.filter((scope) => policies.some((policy) => policy.scopes.includes(scope)))',
    to: 'resource.scopes',
    spec: `${CORE}/policy/decide-grant.spec.ts`,
  },
  {
    guard: 'no token outlives what its key covers',
    file: `${CORE}/issuance/build-claims.ts`,
    from: ' || exp * 1000 > key.latestExpiry.getTime()',
    to: '',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: "no token is longer than its key's longest",
    file: `${CORE}/issuance/build-claims.ts`,
    from: 'grant.lifetimeSeconds > key.maxTokenLifetimeSeconds || ',
    to: '',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: 'the record is durable before the token leaves',
    file: `${CORE}/issuance/issue-token.ts`,
    from: 'await audit.append(tokenIssued(request, issuance));',
    to: 'audit.append(tokenIssued(request, issuance)).catch(() => undefined);',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: 'the lease is checked after signature and record',
    file: `${CORE}/issuance/issue-token.ts`,
    from: 'const accessToken = keys.release(token, key);',
    to: 'const accessToken = token;',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: 'denials are recorded',
    file: `${CORE}/issuance/issue-token.ts`,
    from: 'if (error instanceof RequestError) await this.#recordDenial(request, error);',
    to: '',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: 'a parameter is sent once',
    file: 'apps/token-service/src/transport/http/token-form.schema.ts',
    from: 'if (values.length > 1) {',
    to: 'if (values.length > 9) {',
    spec: `${E2E}/bad-http-requests.spec.ts`,
  },
  {
    guard: 'scope keeps its grammar, over gRPC too',
    file: 'apps/token-service/src/transport/grpc/token-message.schema.ts',
    from: 'if (scopes.every(isScopeToken) && new Set(scopes).size === scopes.length) return scopes;',
    to: 'return scopes;',
    spec: `${E2E}/same-over-http-and-grpc.spec.ts`,
  },
  {
    guard: 'every Authorization header counts, not the first alone',
    file: 'apps/token-service/src/transport/http/token.controller.ts',
    from: 'request.raw.headersDistinct.authorization ?? []',
    to: '[request.headers.authorization ?? []].flat()',
    spec: `${E2E}/bad-http-requests.spec.ts`,
  },
  {
    guard: 'the audit file is flushed',
    file: 'apps/token-service/src/adapters/audit/audit-file.ts',
    from: 'await this.#file.datasync();',
    to: '',
    spec: 'apps/token-service/src/adapters/audit/audit-file.spec.ts',
  },
  {
    guard: 'what was half written is cut off',
    file: 'apps/token-service/src/adapters/audit/audit-file.ts',
    from: 'if (this.#torn) await this.#file.truncate(this.#durableBytes);',
    to: '',
    spec: 'apps/token-service/src/adapters/audit/audit-file.spec.ts',
  },
];
