import type { Verb } from './verb.ts';

/** A verb in the list of --help; its file is loaded when it is called by name. */
export interface Entry {
  readonly path: readonly [string] | readonly [string, string];
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
}

export const GROUPS: Readonly<Record<string, string>> = {
  clients: 'services that make calls: create, list, show, stop, give secrets',
  resources: 'services that receive calls',
  policies: 'which client may have which scopes where',
  keys: 'signing keys: status, plan, rotation and each of its steps',
  kek: 'on the host: the keys that encrypt the signing keys',
  keyset: 'on the host: a database that was restored from a backup',
  revoke: 'have verifiers refuse tokens that are out already',
  token: 'get, look into and verify tokens',
  audit: 'the record of every token and every change',
};

/** Every verb, in the order of --help. */
export const CATALOGUE: readonly Entry[] = [
  entry(
    'init',
    'make the data directory, the key-encryption key and a first declaration',
    () => import('./commands/init.ts'),
  ),
  entry('bootstrap', 'on the host, once: make the first operator', () => import('./commands/bootstrap.ts')),
  entry('login', "store an operator's credentials for the commands below", () => import('./commands/login.ts')),
  entry('logout', 'forget the stored credentials', () => import('./commands/logout.ts')),
  entry('clients create', 'create a client', () => import('./commands/clients-create.ts')),
  entry('clients list', 'list the clients', () => import('./commands/clients-list.ts')),
  entry(
    'clients show',
    'show a client, its credentials and when they were last used',
    () => import('./commands/clients-show.ts'),
  ),
  entry('clients disable', 'stop a client: it gets no more tokens', () => import('./commands/clients-disable.ts')),
  entry('clients enable', 'let a client get tokens again', () => import('./commands/clients-enable.ts')),
  entry(
    'clients rotate-credential',
    'give a client a new secret beside the one it has',
    () => import('./commands/clients-rotate-credential.ts'),
  ),
  entry('resources list', 'list the resources', () => import('./commands/resources-list.ts')),
  entry('policies list', 'list the policies', () => import('./commands/policies-list.ts')),
  entry('plan', 'show what a declaration file would change', () => import('./commands/plan.ts')),
  entry('apply', 'make the registry what a declaration file says', () => import('./commands/apply.ts')),
  entry('export', 'write the registry as a declaration file', () => import('./commands/export.ts')),
  entry('keys status', 'show every signing key and its next step', () => import('./commands/keys-status.ts')),
  entry('keys plan', 'show what the schedule will do, and when', () => import('./commands/keys-plan.ts')),
  entry('keys users', 'show who trusts a key, and until when it has tokens', () => import('./commands/keys-users.ts')),
  entry('keys rotate', 'let the standby key take over now', () => import('./commands/keys-rotate.ts')),
  entry('keys prepare', 'publish the next standby key now', () => import('./commands/keys-prepare.ts')),
  entry('keys activate', 'let a published key sign', () => import('./commands/keys-activate.ts')),
  entry('keys deactivate', 'hand over from a key to its successor', () => import('./commands/keys-deactivate.ts')),
  entry('keys destroy', 'destroy a key for good', () => import('./commands/keys-destroy.ts')),
  entry('keys compromise', 'end all trust in a key, now', () => import('./commands/keys-compromise.ts')),
  entry('kek status', 'on the host: which keys encrypt the stored keys', () => import('./commands/kek-status.ts')),
  entry('kek add', 'on the host: encrypt for one more of them', () => import('./commands/kek-add.ts')),
  entry(
    'kek rotate',
    'on the host: put the primary one in the place of another',
    () => import('./commands/kek-rotate.ts'),
  ),
  entry('kek drop', 'on the host: do without one of them', () => import('./commands/kek-drop.ts')),
  entry(
    'keyset unseal',
    'on the host: go on with a database that was restored from a backup',
    () => import('./commands/keyset-unseal.ts'),
  ),
  entry('revoke token', 'have verifiers refuse one token', () => import('./commands/revoke-token.ts')),
  entry('revoke client', 'have verifiers refuse every token of a client', () => import('./commands/revoke-client.ts')),
  entry('revoke list', 'show what verifiers refuse', () => import('./commands/revoke-list.ts')),
  entry('token get', 'get a token as a service client', () => import('./commands/token-get.ts')),
  entry('token inspect', 'explain a token, check by check', () => import('./commands/token-inspect.ts')),
  entry('token verify', "verify a token against the issuer's keys", () => import('./commands/token-verify.ts')),
  entry('audit tail', 'show the latest audit events', () => import('./commands/audit-tail.ts')),
  entry('audit verify', 'check the chain of the audit trail', () => import('./commands/audit-verify.ts')),
  entry('doctor', 'find out what is wrong between here and the token service', () => import('./commands/doctor.ts')),
  entry('version', 'print the version', () => import('./commands/version.ts')),
];

function entry(name: string, summary: string, load: Entry['load']): Entry {
  return { path: name.split(' ') as unknown as Entry['path'], summary, load };
}

/** Whether a command line may mean this entry; one too many does no harm, it is only loaded. */
export function mayMean({ path }: Entry, args: readonly string[]): boolean {
  let from = 0;
  return path.every((word) => {
    const at = args.indexOf(word, from);
    from = at + 1;
    return at >= 0;
  });
}
