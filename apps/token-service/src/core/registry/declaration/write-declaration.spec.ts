import { describe, expect, it } from '@jest/globals';
import { readDeclaration } from './read-declaration.ts';
import { writeDeclaration } from './write-declaration.ts';

const SUPPORT = {
  credentialKinds: ['private_key_jwt', 'workload_identity'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
} as const;
const KEY =
  'kty: EC, crv: P-256, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM';

function read(text: string) {
  const outcome = readDeclaration({ name: 'mintmark.yaml', bytes: Buffer.from(text) }, SUPPORT);
  if (!outcome.ok) throw new Error(outcome.problems.map(({ path, problem }) => `${path}: ${problem}`).join('\n'));
  return outcome.declaration;
}

describe('a declaration that is written', () => {
  // In quotes YAML can name any character, so a registry may hold each of these.
  it.each([
    '\\x7f',
    '\\u0085',
    '\\u009f',
    '\\u2028',
    '\\u2029',
    '\\ufeff',
    '\\t',
    '\\0',
    '\\"',
    '\\\\u007f',
    'é',
    '🔑',
    ': ',
  ])('reads as it was: %s', (text) => {
    const declared = read(`apiVersion: mintmark/v1
trustedIssuers: [{ issuer: 'https://i.example', profile: oidc, jwksUri: 'https://i.example/keys' }]
clients:
  - { id: a, credentials: [{ kind: private_key_jwt, jwks: { keys: [{ ${KEY}, kid: "a${text}b" }] } }] }
  - id: b
    credentials:
      - { kind: workload_identity, issuer: 'https://i.example', subject: s, audience: a, claims: { "a${text}b": v } }
`);
    const { issuers, resources, policies } = declared;
    const clients = declared.clients.map((client) => ({ disabled: false, ...client }));
    const stored = { version: 1, issuers, resources, policies, clients };
    expect(read(writeDeclaration(stored as unknown as Parameters<typeof writeDeclaration>[0]))).toEqual(declared);
  });
});
