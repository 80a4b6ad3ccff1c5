export { AccessFilter } from './access.filter.ts';
export { AccessGuard } from './access.guard.ts';
export { Caller, Public, RequireClient, RequireScope, StreamPolicy } from './decorators.ts';
export { VERIFIER_OPTIONS, type DeniedAccess, type VerifierModuleOptions } from './options.ts';
export { HttpRefusedException, RpcRefusedException } from './refused.ts';
export { VerifierModule, type VerifierModuleAsyncOptions } from './verifier.module.ts';
