import { describe, expect, it } from '@jest/globals';
import { styleFor } from './style.ts';
import { formatTable } from './table.ts';

const plain = styleFor({ write: () => undefined }, {});
const columns = ['id', 'scopes'];
const long = 'stock:read stock:reserve stock:write';

describe('formatTable', () => {
  it('lines columns up under their headings', () => {
    const rows = [
      ['inventory', 'stock:read'],
      ['billing', 'invoices:read'],
    ];
    expect(formatTable({ columns, rows }, plain)).toBe(
      ['ID         SCOPES', 'inventory  stock:read', 'billing    invoices:read'].join('\n'),
    );
  });

  it('cuts the widest column to fit the terminal', () => {
    const table = formatTable({ columns, rows: [['inventory', long]] }, plain, 30);
    expect(table.split('\n')).toEqual(['ID         SCOPES', 'inventory  stock:read stock:r…']);
  });

  it('cuts nothing where nobody looks', () => {
    expect(formatTable({ columns, rows: [['inventory', long]] }, plain)).toContain(long);
  });

  it('makes each row a block of lines where the terminal is too narrow for columns', () => {
    const table = formatTable({ columns, rows: [['inventory', long]] }, plain, 12);
    expect(table.split('\n')).toEqual(['ID      inventory', `SCOPES  ${long}`]);
  });

  it('lets nothing steer the terminal', () => {
    const table = formatTable({ columns, rows: [['a\u001b[2J\u0007', 'b\nc\u202e']] }, plain);
    expect(table.split('\n')[1]).toBe('a?[2J?  b?c?');
  });

  it('says what it has to say of nothing', () => {
    expect(formatTable({ columns, rows: [], empty: 'None yet.' }, plain)).toBe('None yet.');
  });
});

describe('colours', () => {
  const terminal = { write: () => undefined, isTTY: true };
  it('are for terminals', () => {
    expect(styleFor(terminal, {}).bad('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it.each([
    ['a pipe', { write: () => undefined }, {}],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }],
  ])('are not for %s', (_, stream, env) => {
    expect(styleFor(stream, env).bad('x')).toBe('x');
  });
});
