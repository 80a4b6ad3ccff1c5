import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { testTerminal } from '../../test/test-terminal.ts';
import { Output, type Format } from './output.ts';

const shown = {
  document: {
    baseVersion: 3,
    createdAt: new Date(0),
    absent: undefined,
    claims: { clientId: 'x' },
    list: [{ lastUsedAt: null }],
  },
  verbatim: ['claims'],
  text: { columns: ['a'], rows: [['b']] },
};
const wire = {
  base_version: 3,
  created_at: '1970-01-01T00:00:00.000Z',
  claims: { clientId: 'x' },
  list: [{ last_used_at: null }],
};

async function show(format: Format): Promise<string> {
  const terminal = testTerminal();
  await new Output(terminal, format).show(shown);
  expect(terminal.err()).toBe('');
  return terminal.out();
}

describe('Output', () => {
  it('as JSON has the names of the API, and leaves alone what is not ours to name', async () => {
    expect(JSON.parse(await show('json'))).toEqual(wire);
  });

  it('as YAML says the same', async () => {
    expect(parse(await show('yaml'))).toEqual(wire);
  });

  it('as a table is for people', async () => {
    expect(await show('table')).toBe('A\nb\n');
  });
});
