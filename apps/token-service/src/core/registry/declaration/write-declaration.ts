import type { Client } from '../../model/client.ts';
import type { Policy } from '../../model/policy.ts';
import type { Resource } from '../../model/resource.ts';
import type { StoredRegistry } from '../../model/stored-registry.ts';
import type { TrustedIssuer } from '../../model/trusted-issuer.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The registry as the YAML file that would declare it: applying that file changes nothing. */
export function writeDeclaration({ issuers, resources, clients, policies }: StoredRegistry): string {
  return [
    'apiVersion: mintmark/v1',
    ...(issuers.length === 0 ? [] : [section('trustedIssuers', issuers.map(declaredIssuer))]),
    section('resources', resources.map(declaredResource)),
    section('clients', clients.map(declaredClient)),
    section('policies', policies.map(declaredPolicy)),
    '',
  ].join('\n');
}

function declaredIssuer({ id, profile, keys, algorithms, tokenUse, disabled }: TrustedIssuer): Entry {
  return { issuer: id, profile, ...keys, algorithms, tokenUse, disabled: disabled || undefined };
}

function declaredResource({ id, uri, operatedBy, scopes, tokenLifetimeSeconds, ...rest }: Resource): Entry {
  const { signingAlgorithm, senderConstraint } = rest;
  return { id, uri, operatedBy, scopes, tokenLifetime: `${tokenLifetimeSeconds}s`, signingAlgorithm, senderConstraint };
}

function declaredClient({ id, disabled, credentials }: Client): Entry {
  return { id, disabled: disabled || undefined, credentials };
}

function declaredPolicy({ client, resource, scopes }: Policy): Entry {
  return { client, resource, scopes };
}

function section(name: string, entries: readonly Entry[]): string {
  return entries.length === 0 ? `${name}: []` : [`${name}:`, ...entries.map(writeEntry)].join('\n');
}

function writeEntry(entry: Entry): string {
  const fields = Object.entries(entry).filter(([, value]) => value !== undefined);
  return fields.map(([name, value], index) => `${index === 0 ? '  - ' : '    '}${name}: ${inline(value)}`).join('\n');
}

/** In one line: lists and mappings in flow style. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'string') return scalar(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${fields.map(([name, member]) => `${scalar(name)}: ${inline(member)}`).join(', ')} }`;
}

/** Texts that every YAML reader takes for a text, and as one. */
const PLAIN = /^[A-Za-z][A-Za-z0-9._/-]*(?::[A-Za-z0-9._/-]+)*$/;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** What JSON leaves as it is, and a declaration may not hold or a reader may take for the end of a line. */
const UNPRINTED = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** Any other in quotes as JSON has them, which YAML takes too. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text;
  return JSON.stringify(text).replace(
    UNPRINTED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
