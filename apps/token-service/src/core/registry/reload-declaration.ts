import type { DeclarationSource } from '../ports/declaration-source.ts';
import type { ApplyDeclaration, ApplyOutcome } from './apply-declaration.ts';

interface Ports {
  readonly source: Pick<DeclarationSource, 'fingerprint'>;
  readonly applyDeclaration: Pick<ApplyDeclaration, 'execute'>;
}

/**
 * Applies the declaration file again when it has changed. One that is wrong changes nothing, and is told once; one that
 * could not be read is told once for each reason, and read again: a server out of file handles says nothing of the file.
 */
export class ReloadDeclaration {
  readonly #ports: Ports;
  /** Of the file whose content was judged last. */
  #seen: string | undefined;
  #told: string | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * @returns what came of it, or `undefined` if nothing is new
   * @throws what the repository throws; the file is then read again the next time
   */
  async execute(): Promise<ApplyOutcome | undefined> {
    // Taken before the file is read: what is written in between is noticed the next time.
    const fingerprint = await this.#ports.source.fingerprint();
    if (fingerprint === this.#seen) return undefined;
    const outcome = await this.#ports.applyDeclaration.execute();
    if (!outcome.ok && outcome.unread) return this.#tellOnce(outcome, fingerprint);
    this.#seen = fingerprint;
    this.#told = undefined;
    return outcome;
  }

  #tellOnce(outcome: Extract<ApplyOutcome, { ok: false }>, fingerprint: string): ApplyOutcome | undefined {
    const news = JSON.stringify([fingerprint, outcome.problems]);
    if (news === this.#told) return undefined;
    this.#told = news;
    return outcome;
  }
}
