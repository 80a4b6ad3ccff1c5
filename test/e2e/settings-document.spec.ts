import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../apps/token-service/src/config/settings.ts';

const documentText = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
const consumerSource = readFileSync(
  new URL('../../apps/consumer-service/src/config/settings.ts', import.meta.url),
  'utf8',
);

function documented(service: string): string[] {
  const section = documentText.split(`## ${service}`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `(MINTMARK_\w+)`/gm)].map(([, name = '']) => name);
}

describe('docs/settings.md', () => {
  it('has every setting of the token service, and no other', () => {
    expect(documented('token-service').sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('has every setting of the consumer service, and no other', () => {
    const names = new Set([...consumerSource.matchAll(/^ {2}(MINTMARK_\w+):/gm)].map(([, name = '']) => name));
    expect(documented('consumer-service').sort()).toEqual([...names].sort());
  });
});
