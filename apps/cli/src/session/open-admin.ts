import { createAdminClient, operatorSecret, type AdminClient } from '@mintmark/admin-client';
import { asUsage } from '../output/usage-error.ts';
import type { Credentials } from './credentials-file.ts';

/** @throws UsageError on addresses that would show the operator's secret to others */
export function openAdmin({ issuer, admin: url, clientId, secret }: Credentials, timeScale: number): AdminClient {
  return asUsage(() => createAdminClient({ url, issuer, identity: operatorSecret({ clientId, secret }), timeScale }));
}
