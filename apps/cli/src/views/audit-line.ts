import type { AuditLine } from '@mintmark/admin-client';
import { andMore } from './and-more.ts';

/** Of one change of the registry; the line itself has them all. */
const MOST_NAMED = 5;

export function whoOf(event: AuditLine): string {
  return text(event['actor'] ?? event['client']);
}

/** Whatever the line says: somebody may have altered it. */
export function whatOf(event: AuditLine): string {
  const { action, subject, resource, target, scopes, code, outcome, plan, change } = event;
  if (isObject(change)) return changeIn(change);
  // Of an action not the scopes: those are what the operator may do.
  const about =
    action === undefined
      ? [resource ?? target, scopes, code]
      : [plan === true ? 'plan of' : '', action, subject, code, outcome];
  return about.map(text).filter(Boolean).join(' ');
}

function changeIn(change: Readonly<Record<string, unknown>>): string {
  const { transition, keys, kind, id } = change;
  if (transition !== undefined) return [text(transition), ...listOf(keys).map(kidOf)].filter(Boolean).join(' ');
  if (kind !== undefined) return `${text(kind)} ${text(id)}`;
  const named = Object.entries(change).flatMap(([group, list]) =>
    listOf(list).map((each) => namedIn(group, listOf(each))),
  );
  return [...named.slice(0, MOST_NAMED), ...andMore(named.length - MOST_NAMED)].join(', ');
}

/** `['create', 'orders']` of `clients`: create client orders. */
function namedIn(group: string, [action, ...names]: readonly unknown[]): string {
  const kind = group.replace(/ies$/, 'y').replace(/s$/, '');
  return `${text(action)} ${kind} ${names.map(text).filter(Boolean).join('/')}`;
}

function kidOf(key: unknown): string {
  return isObject(key) ? text(key['kid']).slice(0, 12) : '';
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(' ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
