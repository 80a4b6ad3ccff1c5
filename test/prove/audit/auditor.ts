// An operator who has the audit trail verified, over the admin API of the running service.
import { basic } from '../../e2e/issuing/ask-for-token.ts';
import type { Issuer } from './issuer.ts';
import { tokenOverHttp } from './requesters.ts';

export interface Finding {
  readonly ok: boolean;
  readonly lines: number;
  readonly first_bad: { readonly line: number; readonly problem: string } | null;
}

/** @throws Error if the service does not answer with a verification */
export async function verifyAsOperator(issuer: Issuer): Promise<Finding> {
  return (await call(issuer, 'POST', '/verify')) as Finding;
}

/** The newest lines, as `mintmark audit tail` shows them. @returns how many */
export async function tailAsOperator(issuer: Issuer): Promise<number> {
  const { events } = (await call(issuer, 'GET', '?limit=1000')) as { events: readonly unknown[] };
  return events.length;
}

async function call(issuer: Issuer, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const { http, admin } = issuer.addresses;
  const token = await tokenOverHttp(http, basic('auditor', issuer.secretOf('auditor')), 'mintmark-admin');
  const response = await fetch(`http://${admin}/admin/v1/audit${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(60_000),
  });
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${method} audit${path}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

export function describeFinding({ ok, lines, first_bad: bad }: Finding): string {
  return ok ? `${lines} lines` : `line ${bad?.line} ${bad?.problem}`;
}
