import type { ClientEvidence, ClientIdentity } from '../client-identity.ts';
import { Secret } from '../secret.ts';
import { IdentityFile } from './identity-file.ts';

export interface WorkloadTokenOptions {
  /** The file in which the platform keeps the token up to date: a projected service-account token, a JWT-SVID. */
  readonly file: string;
  /** Only where the issuer is to check that it finds this very client. */
  readonly clientId?: string;
}

/**
 * Identifies the client by the token that the platform made for the workload: no secret to look after. The file is read before
 * every request, since the platform renews what is in it.
 * @throws TypeError without a file name
 */
export function workloadToken({ file, clientId }: WorkloadTokenOptions): ClientIdentity {
  if (!file) throw new TypeError('workloadToken: file is missing');
  const source = new IdentityFile(file, { what: 'workload token', code: 'WORKLOAD_TOKEN_UNREADABLE' });
  const named = clientId === undefined ? {} : { clientId };
  const evidence = async () => {
    const assertion = new Secret(await source.read());
    return { kind: 'client_assertion', assertion, ...named } as const;
  };
  return { ...named, evidence, replacement: async (refused) => newerThan(refused, await evidence()) };
}

function newerThan(
  refused: ClientEvidence,
  current: Extract<ClientEvidence, { kind: 'client_assertion' }>,
): ClientEvidence | undefined {
  return refused.kind === 'client_assertion' && refused.assertion.equals(current.assertion) ? undefined : current;
}
