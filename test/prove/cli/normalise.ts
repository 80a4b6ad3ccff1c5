// What differs from run to run is replaced by something of the same width, so that the page is the same every time.

const SAMPLE_KIDS = [
  'Qm7xT2vRk9LcYw4HnB1sZd8JpF6gVa3EuX5oKiMtNyU',
  'e4Wc9RzPq2LhTb7XkM1vYs6DnJf8GaU3oHxV5tKiNyE',
  'N8sLk3VwHy6RcZq1TbX9eMd4PgJ7fUa2oYxK5vQiWtS',
  'u2JbX6nTgR9cWk4LzHq8sVm1YpD7eFa3oMxU5tKiNyA',
  'B5hVq8cKzT3nRw7LxJm2sYp6DgF9eUa1oHxM4tWiNyI',
  'Z1pRk6wLcX8vTn3HqYb9sMd2JgF7eVa4oUxK5tQiNyM',
  'H7dKw3mPzX9vRq4LcTb6sYn1JgF8eUa2oVxM5tKiNyQ',
  'R5fVt8bLcW2kXm9HzTq3sPd6JgN7eYa1oUxK4vQiMnE',
];

interface Known {
  /** Port in use → port that is the default. */
  readonly ports: ReadonlyMap<number, number>;
  readonly directory: string;
  /** In the order in which they appeared. */
  readonly kids: readonly string[];
}

export function normalise(text: string, { ports, directory, kids }: Known): string {
  let page = text.replaceAll(directory, '/home/ann');
  for (const [used, usual] of ports) page = page.replaceAll(`:${used}`, `:${usual}`);
  kids.forEach((kid, at) => {
    const sample = SAMPLE_KIDS[at] ?? kid;
    page = page.replaceAll(kid, sample).replaceAll(kid.slice(0, 12), sample.slice(0, 12));
  });
  page = page.replace(TIMELINE, keepDistances);
  return VOLATILE.reduce((done, [pattern, replacement]) => done.replace(pattern, replacement), page);
}

const INSTANT = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3})?Z/g;

/** The dated plans: what comes how long after what is the point of them. */
const TIMELINE = /^\$ mintmark keys rotate.*\n(?:(?!\$ |```).*\n)+/gm;
const START = Date.parse('2026-01-15T09:00:00Z');
/** Coarse enough that fractions of a second do not show. */
const STEP = 5_000;

function keepDistances(block: string): string {
  const [first] = block.match(INSTANT) ?? [];
  if (first === undefined) return block;
  return block.replace(INSTANT, (instant, _, millis: string | undefined) => {
    const distance = Math.round((Date.parse(instant) - Date.parse(first)) / STEP) * STEP;
    const sample = new Date(START + distance).toISOString();
    return millis === undefined ? sample.replace('.000Z', 'Z') : sample;
  });
}

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b(?!2026-01-15T)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-15T09:00:00.000Z'],
  [/\b(?!2026-01-15T)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-01-15T09:00:00Z'],
  [/(?<name>✓ size +)\d+ characters/g, '$<name>457 characters'],
  [/(?<name>✓ lifetime +)[\d.]+ s/g, '$<name>3.8 s'],
  [/\b1[6-9]\d{8}(\.\d+)?\b/g, '1768467600'],
  [/(Secret |secret {7})[\w-]{22}/g, '$1c3VjaC1hLXNlY3JldC1pZA'],
  [/(jti +)[\w-]{22}\b/g, '$1b3VyLXRva2VuLWlkLTAwMQ'],
  [/request_id [\w-]+/g, 'request_id 5b1f0c9e'],
  [/\bin \d+ s\b/g, 'in 12 s'],
  [/\bin \d+ (min|h|d)\b/g, 'in 2 $1'],
  [/they expire, the last \S+Z/g, 'they expire, the last 2026-01-15T09:00:05Z'],
  [/\bAGE +/g, 'AGE    '],
  [/\b\d+ (?:s|min) +(?=\d{4}-\d\d-\d\dT|–)/g, '2 min  '],
  [/\d+ s (ahead of|behind) this machine/g, '0 s ahead of this machine'],
  [/(✓ not expired +)for [\d.]+ s more/g, '$1for 3.7 s more'],
  [/(✓ already valid +)(since|in) [\d.]+ s/g, '$1since 0.1 s'],
  [/holds: \d+ lines(; the database vouches for line \d+ since [^.]*)?/g, 'holds: 812 lines'],
  [/^ *\d+ +(?=2026-)/gm, '812  '],
  [/^SEQ +TIME/gm, 'SEQ  TIME'],
];
