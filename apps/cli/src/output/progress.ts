import type { Terminal } from './terminal.ts';

/** How long work may go on in silence, and how often it is then reported, in milliseconds. */
const SILENT_FOR = 700;
const LINE_EVERY = 5_000;

/**
 * Says on standard error that work goes on, and for how long, when it takes longer than a moment: a line that is redrawn
 * in a terminal, and one line every few seconds elsewhere.
 */
export async function withProgress<Result>(
  terminal: Terminal,
  label: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { stderr } = terminal;
  const started = terminal.now();
  const redraws = stderr.isTTY === true;
  const tell = () => {
    const text = `${label} … ${Math.round((terminal.now() - started) / 1000)} s`;
    stderr.write(redraws ? `\r\u001b[2K${text}` : `${text}\n`);
  };
  const timer = setInterval(tell, redraws ? SILENT_FOR : LINE_EVERY);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (redraws && terminal.now() - started >= SILENT_FOR) stderr.write('\r\u001b[2K');
  }
}
