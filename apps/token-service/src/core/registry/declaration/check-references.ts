import { ADMIN_RESOURCE } from '../../model/admin-resource.ts';
import { workloadKey } from '../../model/client.ts';
import { isEntityId, RESERVED_IDS } from '../../model/entity-id.ts';
import { entriesOf, type Section, type SoundEntries } from './check-shape.ts';
import type { WireCredential, WireIssuer, WireResource } from './declaration-schema.ts';
import { NearestName } from './nearest-name.ts';
import { isTrustDomain } from './text-forms.ts';
import { formatPath, quote, valueAt, type Path, type TextProblem } from './text-problem.ts';
import type { YamlTree } from './yaml-tree.ts';

/** All scopes of a resource together, with the spaces between them, so that a token always fits where it has to travel. */
const MAX_SCOPE_TEXT = 2048;

/** Checks what entries say of each other: nothing twice, nothing that names what is not there. */
export function checkReferences(tree: YamlTree, sound: SoundEntries): readonly TextProblem[] {
  const check = new ReferenceCheck(tree, sound);
  check.ids('resources');
  check.ids('clients');
  check.issuers();
  check.resources();
  check.credentials();
  check.policies();
  return check.problems;
}

class ReferenceCheck {
  readonly problems: TextProblem[] = [];
  readonly #tree: YamlTree;
  readonly #nearest = new NearestName();
  readonly #sound: SoundEntries;
  readonly #declared: { readonly clients: DeclaredIds; readonly resources: DeclaredIds };
  readonly #resources: ReadonlyMap<string, WireResource>;
  readonly #issuers: ReadonlyMap<string, WireIssuer>;

  constructor(tree: YamlTree, sound: SoundEntries) {
    this.#tree = tree;
    this.#sound = sound;
    this.#declared = { clients: declaredIds(tree, 'clients'), resources: declaredIds(tree, 'resources') };
    // Of two with one id the first is meant, and the second a problem of its own.
    this.#issuers = new Map(sound.trustedIssuers.toReversed().map(({ wire }) => [wire.issuer, wire]));
    this.#resources = new Map(sound.resources.toReversed().map(({ wire }) => [wire.id, wire]));
  }

  ids(section: 'resources' | 'clients'): void {
    const seen = this.#once('id', `give each of the ${section} an id of its own`);
    for (const { id, index } of this.#declared[section].entries) {
      seen(id, [section, index, 'id']);
      if (!RESERVED_IDS.includes(id)) continue;
      this.#report([section, index, 'id'], {
        problem: `${quote(id)} is reserved for Mintmark itself`,
        fix: 'choose another id',
      });
    }
  }

  issuers(): void {
    const seen = this.#once(
      'trusted issuer',
      'keep one: where two clusters go by one name, give each its own with --service-account-issuer',
    );
    for (const { index, wire } of this.#sound.trustedIssuers) {
      const path = ['trustedIssuers', index, 'issuer'];
      seen(wire.issuer, path);
      if (isTrustDomain(wire.issuer) === (wire.profile === 'spiffe')) continue;
      this.#report(path, {
        problem: `${quote(wire.issuer)} does not go with the profile ${wire.profile}`,
        fix: 'with profile spiffe write the trust domain, spiffe://example.org; with any other the URL in `iss`',
      });
    }
  }

  resources(): void {
    const seenUri = this.#once('URI', 'give each resource a URI of its own, or none');
    for (const { index, wire } of this.#sound.resources) {
      const { uri, operatedBy } = wire;
      // Compared as a URL parser writes them: no two may differ in a slash or in case alone.
      if (uri !== undefined) seenUri(new URL(uri).href, ['resources', index, 'uri']);
      if (operatedBy !== undefined) this.#names('clients', operatedBy, ['resources', index, 'operatedBy']);
      this.#scopeList(wire.scopes, ['resources', index, 'scopes']);
    }
  }

  credentials(): void {
    const seenWorkload = this.#once(
      'workload identity',
      'let one client have it: a token names the workload, not the client',
    );
    for (const { index, wire } of this.#sound.clients) {
      const seenSlot = this.#once('client_secret credential', 'keep one; it holds two secrets while they overlap');
      wire.credentials.forEach((credential, position) => {
        const path = ['clients', index, 'credentials', position];
        if (credential.kind === 'client_secret') seenSlot(credential.kind, path);
        if (credential.kind === 'workload_identity') {
          seenWorkload(workloadKey(credential), path);
          this.#workload(credential, path);
        }
      });
    }
  }

  policies(): void {
    const seen = this.#once('policy', 'keep one');
    for (const { index, wire } of this.#sound.policies) {
      const path = ['policies', index];
      this.#names('clients', wire.client, [...path, 'client']);
      if (wire.resource !== ADMIN_RESOURCE.id) this.#names('resources', wire.resource, [...path, 'resource']);
      this.#scopeList(wire.scopes, [...path, 'scopes']);
      this.#offeredScopes(wire, [...path, 'scopes']);
      seen(JSON.stringify([wire.client, wire.resource, wire.scopes.toSorted()]), path);
    }
  }

  #workload({ issuer, subject, uid }: WireWorkload, path: Path): void {
    const { profile } = this.#issuers.get(issuer) ?? {};
    if (profile === undefined) {
      if (entriesOf(this.#tree.value, 'trustedIssuers').length > this.#issuers.size) return;
      this.#report([...path, 'issuer'], {
        problem: `no trusted issuer ${quote(issuer)} is declared`,
        allowed: listed(this.#issuers.keys()),
        fix: 'declare it under trustedIssuers, with its profile and where its keys are',
      });
      return;
    }
    if (profile === 'spiffe' && !subject.startsWith(`${issuer}/`)) {
      const fix = `write the SPIFFE ID of the workload, ${issuer}/…`;
      this.#report([...path, 'subject'], { problem: `${quote(subject)} is not in the trust domain`, fix });
    }
    if (uid !== undefined && profile !== 'kubernetes') {
      this.#report([...path, 'uid'], { problem: 'only a Kubernetes service account has a UID', fix: 'remove it' });
    }
  }

  #names(section: 'clients' | 'resources', id: string, path: Path): void {
    const { written, valid, complete, allowed } = this.#declared[section];
    if (written.has(id)) return;
    const meant = this.#nearest.of(id, valid);
    // It may well be the entry whose id is not legible, and that is a problem already.
    if (meant === undefined && !complete) return;
    this.#report(path, {
      problem: `no ${section.slice(0, -1)} ${quote(id)} is declared${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}`,
      allowed,
      fix: meant === undefined ? `declare it under ${section}, or name one that is` : `write ${quote(meant)}`,
    });
  }

  #offeredScopes({ resource, scopes }: { resource: string; scopes: readonly string[] }, path: Path): void {
    const { scopes: offered } = resource === ADMIN_RESOURCE.id ? ADMIN_RESOURCE : (this.#resources.get(resource) ?? {});
    if (!offered) return;
    scopes.forEach((scope, position) => {
      if (offered.includes(scope)) return;
      const meant = this.#nearest.of(scope, offered);
      this.#report([...path, position], {
        problem: `resource ${quote(resource)} offers no scope ${quote(scope)}${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}`,
        allowed: listed(offered),
        fix:
          meant === undefined
            ? `add it to the scopes of ${quote(resource)}, or remove it here`
            : `write ${quote(meant)}`,
      });
    });
  }

  #scopeList(scopes: readonly string[], path: Path): void {
    const seen = this.#once('scope', 'keep one');
    scopes.forEach((scope, position) => seen(scope, [...path, position]));
    if (scopes.join(' ').length <= MAX_SCOPE_TEXT) return;
    this.#report(path, {
      problem: `the scopes are together longer than ${MAX_SCOPE_TEXT} characters`,
      fix: 'use fewer or shorter scopes, or split the resource: they all have to fit into a token',
    });
  }

  /** @returns a function that reports every further use of a value it was given before */
  #once(what: string, fix: string): (value: string, path: Path) => void {
    const first = new Map<string, Path>();
    return (value, path) => {
      const earlier = first.get(value);
      if (!earlier) return void first.set(value, path);
      const { line } = this.#tree.positionOf(earlier);
      const shown = valueAt(this.#tree.value, path);
      const subject = typeof shown === 'string' ? `${what} ${quote(shown)}` : `the same ${what}`;
      this.#report(path, { problem: `${subject} is declared twice, first in line ${line}`, fix });
    };
  }

  #report(path: Path, rest: Pick<TextProblem, 'problem' | 'allowed' | 'fix'>): void {
    this.problems.push({ ...this.#tree.positionOf(path), path: formatPath(path), ...rest });
  }
}

interface DeclaredIds {
  readonly entries: readonly { readonly id: string; readonly index: number }[];
  /** Also the ids that are not valid: naming one of them is no second mistake. */
  readonly written: ReadonlySet<string>;
  readonly valid: ReadonlySet<string>;
  /** Every entry has a valid id, so a name that is not among them is nowhere. */
  readonly complete: boolean;
  /** The valid ones in words. */
  readonly allowed: string;
}

function declaredIds(tree: YamlTree, section: Section): DeclaredIds {
  const all = entriesOf(tree.value, section);
  const entries = all.flatMap((entry, index) => {
    const id = valueAt(entry, ['id']);
    return typeof id === 'string' ? [{ id, index }] : [];
  });
  const ids = entries.map(({ id }) => id);
  const legible = ids.filter(isEntityId);
  const valid = new Set(legible);
  const list = valueAt(tree.value, [section]);
  const complete = legible.length === all.length && (list === undefined || Array.isArray(list));
  return { entries, written: new Set(ids), valid, complete, allowed: listed(valid) };
}

type WireWorkload = Extract<WireCredential, { kind: 'workload_identity' }>;

function listed(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'none is declared';
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more` : shown;
}
