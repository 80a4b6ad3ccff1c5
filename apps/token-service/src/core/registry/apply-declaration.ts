import type { DeclarationProblem } from '../model/declaration.ts';
import { NO_CHANGES, type RegistryChanges } from '../model/registry-changes.ts';
import type { DeclarationReader } from '../ports/declaration-reader.ts';
import type { DeclarationSource } from '../ports/declaration-source.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import { planChanges } from './plan-changes.ts';
import type { RefreshRegistry } from './refresh-registry.ts';

interface Ports {
  readonly source: Pick<DeclarationSource, 'read'>;
  readonly reader: DeclarationReader;
  readonly repository: Pick<RegistryRepository, 'transact'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
}

export type ApplyOutcome =
  | { readonly ok: true; readonly version: number; readonly changes: RegistryChanges }
  | {
      readonly ok: false;
      readonly problems: readonly DeclarationProblem[];
      /** The file could not be read, so nothing is known of what it says. */
      readonly unread?: true;
    };

/** Makes the registry what the declaration file says, whole or not at all, and serves it. */
export class ApplyDeclaration {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async execute(): Promise<ApplyOutcome> {
    const { source, reader, repository, refreshRegistry } = this.#ports;
    const file = await source.read();
    if (!('bytes' in file)) return { ok: false, problems: [file], unread: true };
    const outcome = await reader.read(file);
    if (!outcome.ok) return outcome;
    let changes = NO_CHANGES;
    const version = await repository.transact((current) => {
      changes = planChanges(current, outcome.declaration);
      return { actor: 'declaration-file', changes };
    });
    await refreshRegistry.execute();
    return { ok: true, version, changes };
  }
}
