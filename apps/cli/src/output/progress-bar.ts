import type { Terminal } from './terminal.ts';

export interface Progress {
  readonly done: number;
  readonly of: number;
  /** What is counted, for people. */
  readonly text: string;
}

const WIDTH = 24;

/** How far something has got, on standard error: a bar that is redrawn in a terminal, and a line for each change elsewhere. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #until: number;
  readonly #started: number;
  #told = '';

  /** @param seconds how long it may take at most */
  constructor(terminal: Terminal, seconds: number) {
    this.#terminal = terminal;
    this.#started = terminal.now();
    this.#until = this.#started + 1000 * seconds;
  }

  get isOver(): boolean {
    return this.#terminal.now() >= this.#until;
  }

  show({ done, of, text }: Progress): void {
    const { stderr } = this.#terminal;
    if (stderr.isTTY) {
      const line = `${barOf(done, of)} ${text} · ${this.#elapsed()}`;
      stderr.write(`${CLEARED}${line.slice(0, (stderr.columns ?? 80) - 1)}`);
    } else if (text !== this.#told) stderr.write(`${text}\n`);
    this.#told = text;
  }

  /** What was told last stays. */
  end(): void {
    if (this.#terminal.stderr.isTTY && this.#told !== '') this.#terminal.stderr.write('\n');
  }

  #elapsed(): string {
    const [passed, most] = [this.#terminal.now() - this.#started, this.#until - this.#started];
    return `${Math.round(passed / 1000)} s of at most ${Math.ceil(most / 1000)} s`;
  }
}

const CLEARED = '\r\u001b[2K';

function barOf(done: number, of: number): string {
  const filled = of === 0 ? 0 : Math.floor((WIDTH * done) / of);
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}]`;
}
