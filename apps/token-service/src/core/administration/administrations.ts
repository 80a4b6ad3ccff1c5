import type { Administration } from './administration.ts';

interface Kinds {
  readonly live: Administration;
  readonly planned: Administration;
  /** For the plan of a declaration, which may be looked at even where it could not be applied. */
  readonly registryPlanned: Pick<Administration, 'applyRegistry'>;
}

/** Both kinds of administration; the edge chooses one, once, by what the request says. */
export class Administrations {
  readonly #kinds: Kinds;

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
  }

  for({ plan }: { readonly plan: boolean }): Administration {
    return plan ? this.#kinds.planned : this.#kinds.live;
  }

  get registryPlan(): Kinds['registryPlanned'] {
    return this.#kinds.registryPlanned;
  }
}
