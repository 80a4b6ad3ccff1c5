import { describe, expect, it } from '@jest/globals';
import { testTerminal } from '../test/test-terminal.ts';
import { CATALOGUE, mayMean } from './catalogue.ts';
import { runCli } from './run-cli.ts';

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const terminal = testTerminal({ env: { XDG_CONFIG_HOME: '/nowhere' } });
  const exitCode = await runCli(args, terminal);
  return { exitCode, out: terminal.out(), err: terminal.err() };
}

describe('mintmark', () => {
  it.each(CATALOGUE.map(({ path }) => [path.join(' ')]))(
    '%s --help has an example and the global options',
    async (name) => {
      const { exitCode, out } = await run(...name.split(' '), '--help');
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`Examples?:\n  \\$ mintmark ${name}`));
      expect(out).toContain('--output <format>');
    },
  );

  it('--help lists all there is and loads no verb', async () => {
    const { out } = await run('--help');
    for (const { path } of CATALOGUE) expect(out).toMatch(new RegExp(`^  ${path[0]} `, 'm'));
    expect(CATALOGUE.filter((entry) => mayMean(entry, ['--help']))).toEqual([]);
  });

  it('loads the verb that is called, wherever the options stand', () => {
    const meant = (...args: string[]) =>
      CATALOGUE.filter((entry) => mayMean(entry, args)).map(({ path }) => path.join(' '));
    expect(meant('-o', 'json', 'clients', '--as-curl', 'list')).toEqual(['clients list']);
    expect(meant('list', 'clients')).toEqual([]);
  });

  it('--version says which it is', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run('version', '-o', 'json')).out).toContain('"version"');
  });

  it.each([
    ['nothing', [], ''],
    ['a group alone', ['clients'], ''],
    ['an unknown verb', ['clients', 'frob'], "unknown command 'frob'"],
    ['an unknown option', ['keys', 'status', '--frob'], "unknown option '--frob'"],
    ['a missing option', ['plan'], "required option '-f, --file <file>' not specified"],
    ['a missing argument', ['clients', 'show'], "missing required argument 'id'"],
    ['one argument too many', ['clients', 'show', 'a', 'b'], 'too many arguments'],
    ['an unknown format', ['-o', 'xml', 'version'], 'Allowed choices are table, json, yaml'],
    ['a number that is none', ['audit', 'tail', '-n', 'x'], 'a whole number from 1 to 1000'],
    [
      'a duration that is none',
      ['clients', 'rotate-credential', 'a', '--expire-others-after', '5'],
      '90s, 15m, 24h, 7d',
    ],
    ['nobody logged in', ['keys', 'status'], 'Run: mintmark login'],
    ['a file that is not there', ['plan', '-f', '/nowhere/x.yaml'], '/nowhere/x.yaml cannot be read (ENOENT)'],
    ['a token as an argument', ['token', 'inspect', 'eyJh.eyJz.c2ln'], 'Pipe it in, or name a file'],
  ])('exits with 2 and says what is allowed: %s', async (_, args, message) => {
    const { exitCode, out, err } = await run(...args);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });

  it('tells programs what went wrong as JSON, on standard error', async () => {
    const { err } = await run('keys', 'status', '--output=json');
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'USAGE' } });
  });
});
