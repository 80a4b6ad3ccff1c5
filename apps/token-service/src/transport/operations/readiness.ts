/** Something without which no token can be issued. */
export interface Prerequisite {
  readiness():
    | { readonly ready: true; readonly sealed?: readonly string[] }
    | { readonly ready: false; readonly reasons: readonly string[] };
}

/** Whether traffic should come here: keys can sign, records can be written, and the process is not stopping. */
export class Readiness {
  readonly #prerequisites: readonly Prerequisite[];
  #stopping = false;

  constructor(prerequisites: readonly Prerequisite[]) {
    this.#prerequisites = prerequisites;
  }

  /** From now on say no, so that load balancers look elsewhere while what is in flight is finished. */
  stop(): void {
    this.#stopping = true;
  }

  reasonsAgainst(): readonly string[] {
    const answers = this.#prerequisites.map((each) => each.readiness());
    return [
      ...(this.#stopping ? ['stopping'] : []),
      ...answers.flatMap((answer) => (answer.ready ? [] : answer.reasons)),
    ];
  }

  /** What does not work although the rest does. */
  sealed(): readonly string[] {
    return this.#prerequisites.flatMap((each) => {
      const answer = each.readiness();
      return answer.ready ? (answer.sealed ?? []) : [];
    });
  }
}
