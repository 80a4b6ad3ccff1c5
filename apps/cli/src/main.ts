import { runCli } from './run-cli.ts';

/** What a verb gets to leave things tidy after Ctrl-C, in milliseconds. */
const GRACE = 500;

const interrupt = new AbortController();
process.once('SIGINT', () => {
  // A second Ctrl-C ends the process at once: the listener is gone.
  interrupt.abort();
  setTimeout(() => {
    process.stderr.write('Interrupted.\n');
    // By the signal itself: exiting would wait for a read of a pipe that nobody writes to.
    process.kill(process.pid, 'SIGINT');
  }, GRACE).unref();
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `mintmark … | head` closes the pipe: whoever reads has enough.
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { stdin, stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdin, stdout, stderr, env, now: Date.now }, interrupt.signal);
