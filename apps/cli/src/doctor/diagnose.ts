import { ROUTES } from '@mintmark/contract';
import type { Context } from '../context.ts';
import { DEFAULT_ADMIN_ADDRESS, DEFAULT_ISSUER } from '../session/credentials-file.ts';
import { openAdmin } from '../session/open-admin.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { skipped, type Diagnosis, type Finding } from './diagnosis.ts';
import * as issuerChecks from './issuer-checks.ts';
import * as operatorChecks from './operator-checks.ts';
import { probe } from './probe.ts';

/** Ten checks between this machine and a working token service, from the nearest to the farthest. */
export async function diagnose(context: Context, management: string): Promise<Diagnosis[]> {
  const { credentialsFile, terminal } = context;
  const { finding, found } = operatorChecks.credentials(credentialsFile);
  const { issuer, admin } = found ?? { issuer: DEFAULT_ISSUER, admin: DEFAULT_ADMIN_ADDRESS };
  const now = () => terminal.now();
  const metadata = await probe(metadataUrl(issuer), now);
  const askedAt = now();
  const [jwks, ready] = await Promise.all([
    probe(`${issuer}${ROUTES.jwks}`, now),
    probe(`${management.replace(/\/$/, '')}/readyz`, now),
  ]);
  const { token, api, rotation } = await askAdmin(context, found);
  const named: [string, Finding][] = [
    ['credentials', finding],
    ['transport', operatorChecks.transportSecurity({ issuer, admin })],
    ['reachable', issuerChecks.reachable(issuer, metadata)],
    ['clock', issuerChecks.clockSkew(metadata, askedAt)],
    ['issuer', issuerChecks.metadataIssuer(issuer, metadata)],
    ['key set', issuerChecks.keySet(jwks)],
    ['readiness', issuerChecks.readiness(management, ready)],
    ['operator token', token],
    ['admin API', api],
    ['next rotation', rotation],
  ];
  return named.map(([name, each]) => ({ name, ...each }));
}

async function askAdmin(context: Context, found: Parameters<typeof openAdmin>[0] | undefined) {
  if (!found) {
    const nobody = skipped('nobody is logged in');
    return { token: nobody, api: nobody, rotation: nobody };
  }
  const { terminal } = context;
  try {
    const admin = openAdmin(found, timeScaleOf(terminal.env));
    try {
      const { token, api } = await operatorChecks.adminApi(admin);
      const { rotation, refusal } = await operatorChecks.nextRotation(admin, terminal.now());
      return { token, api: api.outcome === 'ok' ? (refusal ?? api) : api, rotation };
    } finally {
      admin.close();
    }
  } catch (error) {
    const unusable = skipped((error as Error).message);
    return { token: unusable, api: unusable, rotation: unusable };
  }
}

/** RFC 8414 §3.1: the well-known part goes between host and path. */
function metadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}${ROUTES.authorizationServerMetadata}${pathname.replace(/\/$/, '')}`;
}
