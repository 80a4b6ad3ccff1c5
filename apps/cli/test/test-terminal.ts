import { Readable } from 'node:stream';
import type { InputStream, Terminal } from '../src/output/terminal.ts';

export interface TestTerminal extends Terminal {
  /** What was written so far. */
  out(): string;
  err(): string;
}

interface Options {
  /** Typed or piped. */
  readonly input?: string;
  /** Whether all three streams are a terminal. */
  readonly tty?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

/** A terminal, or pipes, that remember what was written. */
export function testTerminal({
  input = '',
  tty = false,
  columns,
  env = {},
  now = Date.now,
}: Options = {}): TestTerminal {
  const written = { out: '', err: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY: tty,
    columns,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const stdin = Object.assign(Readable.from([input], { objectMode: false }), { isTTY: tty }) as InputStream;
  return {
    stdin,
    stdout: stream('out'),
    stderr: stream('err'),
    env,
    now,
    out: () => written.out,
    err: () => written.err,
  };
}
