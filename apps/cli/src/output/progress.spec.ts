import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { testTerminal } from '../../test/test-terminal.ts';
import { withProgress } from './progress.ts';

afterEach(() => {
  jest.useRealTimers();
});

async function workFor(milliseconds: number, tty: boolean): Promise<string> {
  jest.useFakeTimers();
  const terminal = testTerminal({ tty, now: () => Date.now() });
  const work = withProgress(terminal, 'Applying', () => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  await jest.advanceTimersByTimeAsync(milliseconds);
  await work;
  expect(terminal.out()).toBe('');
  expect(jest.getTimerCount()).toBe(0);
  return terminal.err();
}

describe('withProgress', () => {
  it('says nothing of what takes a moment', async () => {
    expect(await workFor(600, true)).toBe('');
  });

  it('redraws one line in a terminal, and clears it', async () => {
    const written = await workFor(2_000, true);
    expect(written).toContain('\r\u001b[2KApplying … 1 s');
    expect(written.endsWith('\r\u001b[2K')).toBe(true);
    expect(written).not.toContain('\n');
  });

  it('writes a line now and then into a log', async () => {
    expect(await workFor(11_000, false)).toBe('Applying … 5 s\nApplying … 10 s\n');
  });
});
