import type { DeclarationSource } from '../ports/declaration-source.ts';
import type { ApplyDeclaration, ApplyOutcome } from './apply-declaration.ts';

interface Ports {
  readonly source: Pick<DeclarationSource, 'fingerprint'>;
  readonly applyDeclaration: Pick<ApplyDeclaration, 'execute'>;
}

/** Applies the declaration file again when it has changed. One that is wrong changes nothing, and is told once. */
export class ReloadDeclaration {
  readonly #ports: Ports;
  #seen: string | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * @returns what came of it, or `undefined` if the file is as it was
   * @throws what the repository throws; the file is then read again the next time
   */
  async execute(): Promise<ApplyOutcome | undefined> {
    // Taken before the file is read: what is written in between is noticed the next time.
    const fingerprint = await this.#ports.source.fingerprint();
    if (fingerprint === this.#seen) return undefined;
    const outcome = await this.#ports.applyDeclaration.execute();
    this.#seen = fingerprint;
    return outcome;
  }
}
