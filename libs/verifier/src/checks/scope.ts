import { requirement } from './check.ts';

const scopeRequires = requirement('scope', 11);

export const scopeGranted = scopeRequires('scope', 'SCOPE_INSUFFICIENT', ({ caller, scopes }) =>
  scopes.every((scope) => caller.hasScope(scope)),
);
