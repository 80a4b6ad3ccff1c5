import type { RegistryChange, RegistryPlan } from '@mintmark/admin-client';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

const SIGNS = { create: '+', update: '~', remove: '-', expire: '-' } as const;

/** A plan as people read it: one line a thing, one line a field that changes, and a count. */
function formatChanges(changes: readonly RegistryChange[], style: Style): string {
  if (changes.length === 0) return 'Nothing to change: the registry says exactly this.';
  return [...changes.flatMap((change) => formatChange(change, style)), '', countChanges(changes)].join('\n');
}

/** A plan, and what to know before it is applied. */
export function formatPlan({ changes, warnings }: Pick<RegistryPlan, 'changes' | 'warnings'>, style: Style): string {
  const told = warnings.map((warning) => `${style.warning('!')} ${printable(warning)}`);
  return [formatChanges(changes, style), ...(told.length > 0 ? ['', ...told] : [])].join('\n');
}

export function countChanges(changes: readonly RegistryChange[]): string {
  const count = (...actions: string[]) => changes.filter(({ action }) => actions.includes(action)).length;
  return `${count('create')} to create, ${count('update')} to update, ${count('remove', 'expire')} to remove`;
}

export function removes(changes: readonly RegistryChange[]): boolean {
  return changes.some(({ action }) => action === 'remove' || action === 'expire');
}

function formatChange({ kind, action, id, fields }: RegistryChange, style: Style): readonly string[] {
  const paint = { create: style.good, update: style.warning, remove: style.bad, expire: style.bad }[action];
  const shown = action === 'update' || action === 'create' ? fields : [];
  return [
    `${paint(`${SIGNS[action]} ${action}`)} ${kind} ${printable(id)}`,
    ...shown.map(({ name, before, after }) => `    ${printable(name)}: ${values(before, after)}`),
  ];
}

function values(before: string | null, after: string | null): string {
  if (before === null) return printable(after ?? 'none');
  return `${printable(before)} → ${printable(after ?? 'none')}`;
}
