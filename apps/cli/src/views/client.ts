import type { ClientView, PolicyView } from '@mintmark/admin-client';
import { instant } from '../output/instants.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';

export function stateOf({ disabled }: ClientView): string {
  return disabled ? 'disabled' : 'enabled';
}

export function lastUse({ secrets }: ClientView): Date | null {
  const uses = secrets.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
  return uses.length === 0 ? null : new Date(Math.max(...uses.map(Number)));
}

/** A client with its secrets and, where they are known, what it may ask for. */
export function formatClient(client: ClientView, style: Style, policies?: readonly PolicyView[]): string {
  const kinds = client.credentials.map(({ kind }) => kind).join(', ');
  return [
    `${style.heading('client')}       ${printable(client.id)} (${stateOf(client)})`,
    `${style.heading('credentials')}  ${printable(kinds) || 'none'}`,
    ...client.secrets.map((secret) => `${style.heading('secret')}       ${formatSecret(secret)}`),
    ...(policies ? [grants(policies, style)] : []),
  ].join('\n');
}

function formatSecret({ id, createdAt, expiresAt, lastUsedAt }: ClientView['secrets'][number]): string {
  const end = expiresAt ? `, expires ${instant(expiresAt)}` : '';
  return `${printable(id)}: made ${instant(createdAt)}, last used ${instant(lastUsedAt, 'never')}${end}`;
}

function grants(policies: readonly PolicyView[], style: Style): string {
  const rows = policies.map(({ resource, scopes }) => [resource, scopes.join(' ')]);
  const empty = 'No policy lets it have a token.';
  return `\n${formatTable({ columns: ['resource', 'scopes'], rows, empty }, style)}`;
}
