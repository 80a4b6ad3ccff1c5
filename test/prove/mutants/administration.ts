import type { Mutant } from './mutant.ts';

const CORE = 'apps/token-service/src/core';
const ADMIN = `${CORE}/administration`;
const E2E = 'test/e2e/admin';

/** Each guard of the admin API, left out. */
export const ADMINISTRATION: readonly Mutant[] = [
  {
    guard: 'admin tokens are signed with keys of their own',
    file: `${CORE}/issuance/issue-token.ts`,
    from: 'return resource.id === ADMIN_RESOURCE.id ? this.#ports.adminKeys : this.#ports.keys;',
    to: 'return this.#ports.keys;',
    spec: `${CORE}/issuance/issue-token.spec.ts`,
  },
  {
    guard: 'an admin token is in the record of its issuance',
    file: 'apps/token-service/src/transport/admin/admin-verifier.ts',
    from: "return recorded?.clientId === clientId ? { ok: true, caller } : { ok: false, code: 'TOKEN_REVOKED' };",
    to: 'return recorded === null ? { ok: false, code: "TOKEN_REVOKED" } : { ok: true, caller };',
    spec: `${E2E}/same-over-http-and-grpc.spec.ts`,
  },
  {
    guard: 'a stranger is turned away at a path that is not there, before the body is read',
    file: 'libs/verifier-nest/src/http-gate.ts',
    from: 'request.is404 ? NOWHERE : markOf(request)',
    to: 'markOf(request)',
    spec: 'libs/verifier-nest/src/http.spec.ts',
  },
  {
    guard: 'a disabled operator is none, whatever token is left',
    file: 'apps/token-service/src/transport/admin/admin-verifier.ts',
    from: 'if (!client || client.disabled)',
    to: 'if (!client)',
    spec: `${E2E}/admin-verifier.spec.ts`,
  },
  {
    guard: 'of the scopes of an admin token those count that policy grants now',
    file: 'apps/token-service/src/transport/admin/admin-verifier.ts',
    from: 'const caller = stillGranted(verdict.caller, snapshot);',
    to: 'const caller = clientId ? verdict.caller : stillGranted(verdict.caller, snapshot);',
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'a narrow token makes no secret that gives all scopes',
    file: `${ADMIN}/guard-operators.ts`,
    from: 'const renewsOwn = isSecretAlone(changes) && holdsAllItMay(operator, current);',
    to: 'const renewsOwn = isSecretAlone(changes) || holdsAllItMay(operator, current);',
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'who may administer is for registry:admin to say',
    file: `${ADMIN}/guard-operators.ts`,
    from: 'if (others.length > 0 && !mayAdminister(operator)) throw adminRequired(others);',
    to: '',
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'the last operator stays',
    file: `${ADMIN}/guard-operators.ts`,
    from: 'if (touched.length > 0) demandAnOperator(current, changes);',
    to: '',
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'no other client takes the workload identity of an operator',
    file: `${CORE}/registry/find-clashes.ts`,
    from: '    ...takenWorkloads(kept, declaration),\n',
    to: '',
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'who vouches for an operator stays as long as the operator does',
    file: `${ADMIN}/decide-apply.ts`,
    from: "change.action !== 'remove' || !vouching.has(change.before.id)",
    to: "change.action !== 'remove' || vouching !== undefined",
    spec: `${E2E}/operators.spec.ts`,
  },
  {
    guard: 'a plan is applied to what it was made on',
    file: `${ADMIN}/decide-apply.ts`,
    from: 'if (baseVersion !== undefined && baseVersion !== current.version)',
    to: 'if (baseVersion === -1)',
    spec: `${E2E}/registry.spec.ts`,
  },
  {
    guard: 'nothing is done that could not be recorded',
    file: `${CORE}/audit/record-action.ts`,
    from: "  await recording.record({ outcome: 'begun' });\n",
    to: '',
    spec: `${CORE}/audit/record-action.spec.ts`,
  },
  {
    guard: 'bootstrap is done once',
    file: `${ADMIN}/bootstrap.ts`,
    from: "if (current.policies.some(grantsAdministration)) throw done('There is an operator already.');",
    to: '',
    spec: `${E2E}/bootstrap.spec.ts`,
  },
  {
    guard: 'a secret that was used is not made anew',
    file: `${ADMIN}/bootstrap.ts`,
    from: 'if (!isAlone || !secret || another || secret.id !== unused) return undefined;',
    to: 'if (!isAlone || !secret || another) return undefined;',
    spec: `${E2E}/bootstrap.spec.ts`,
  },
  {
    guard: 'the socket answers its owner alone',
    file: 'apps/token-service/src/modules/host-socket.ts',
    from: 'const found = socketDefect(path);',
    to: 'const found = [path].slice(1)[0];',
    spec: `${E2E}/bootstrap.spec.ts`,
  },
  {
    guard: 'a chain that was cut off is found',
    file: 'apps/token-service/src/adapters/audit/audit-reader.ts',
    from: 'firstBad ??= cutOff(position.seq, { chain, anchors, highest });',
    to: '',
    spec: 'apps/token-service/src/adapters/audit/audit-reader.spec.ts',
  },
  {
    guard: 'a file that has not changed is not applied again',
    file: `${CORE}/registry/reload-declaration.ts`,
    from: 'if (fingerprint === this.#seen) return undefined;',
    to: '',
    spec: `${CORE}/registry/reload-declaration.spec.ts`,
  },
  {
    guard: 'a file that is wrong throughout costs little to find names for',
    file: `${CORE}/registry/declaration/nearest-name.ts`,
    from: 'if (--this.#effort < 0) return undefined;',
    to: '',
    spec: `${CORE}/registry/declaration/nearest-name.spec.ts`,
  },
  {
    guard: 'a file that could not be read is read again',
    file: `${CORE}/registry/reload-declaration.ts`,
    from: 'if (!outcome.ok && outcome.unread) return this.#tellOnce(outcome, fingerprint);',
    to: '',
    spec: `${CORE}/registry/reload-declaration.spec.ts`,
  },
];
