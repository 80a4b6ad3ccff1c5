import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Declaration, DeclarationOutcome } from '../../model/declaration.ts';
import { formatProblems } from './format-problems.ts';
import { DECLARATION_LIMITS, readDeclaration, type DeclarationLimits } from './read-declaration.ts';
import type { DeclarationSupport } from './declaration-support.ts';

const TODAY: DeclarationSupport = {
  credentialKinds: ['client_secret'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
};
const EVERYTHING: DeclarationSupport = {
  credentialKinds: [
    'client_secret',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
    'workload_identity',
  ],
  signingAlgorithms: ['ES256', 'EdDSA', 'RS256'],
  senderConstraints: ['none', 'dpop', 'mtls', 'any'],
};

const SAMPLE = `apiVersion: mintmark/v1
resources:
  - id: inventory
    uri: https://inventory.internal
    scopes: [stock:read, stock:reserve]
clients:
  - id: orders
    credentials:
      - kind: client_secret
policies:
  - client: orders
    resource: inventory
    scopes: [stock:read]
`;

/** The sample with lines replaced by number, or removed with `null`. */
function edit(changes: Readonly<Record<number, string | null>>): string {
  const lines = SAMPLE.split('\n').map((line, index) => (index + 1 in changes ? changes[index + 1] : line));
  return lines.filter((line) => line !== null).join('\n');
}

function cred(lines: string): string {
  return edit({ 9: lines });
}

const jwk =
  '{ kty: EC, crv: P-256, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM }';

function read(text: string, support = TODAY, limits?: DeclarationLimits): DeclarationOutcome {
  return readDeclaration({ name: 'mintmark.yaml', bytes: Buffer.from(text) }, support, limits);
}

function declared(text: string): Declaration | false {
  const outcome = read(text);
  return outcome.ok && outcome.declaration;
}

function problemsOf(outcome: DeclarationOutcome): readonly string[] {
  if (outcome.ok) return [];
  return outcome.problems.map(
    ({ line, column, path, problem, fix }) => `${line}:${column} ${path}: ${problem} → ${fix}`,
  );
}

/** What is wrong, the text, and each problem: line:column path: problem → fix. */
const REFUSED: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'another apiVersion',
    edit({ 1: 'apiVersion: mintmark/v2' }),
    [
      '1:13 apiVersion: "mintmark/v2" is not a version of this file that is known here → write `apiVersion: mintmark/v1`',
    ],
  ],
  ['no apiVersion', edit({ 1: null }), ['1:1 apiVersion: is missing → write `apiVersion: mintmark/v1`']],
  [
    'an id that YAML takes for a number',
    edit({ 3: '  - id: 42' }),
    [
      '3:9 resources[0].id: the number 42 is not an id → put it in quotes, or choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'an id in upper case',
    edit({ 3: '  - id: Inventory', 12: '    resource: Inventory' }),
    [
      '3:9 resources[0].id: "Inventory" is not an id → choose an id such as `orders` or `shop.orders`',
      '12:15 policies[0].resource: "Inventory" is not an id → choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'an id with a colon',
    edit({ 7: '  - id: shop:orders', 11: '  - client: shop:orders' }),
    [
      '7:9 clients[0].id: "shop:orders" is not an id → choose an id such as `orders` or `shop.orders`',
      '11:13 policies[0].client: "shop:orders" is not an id → choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'an id of 65 characters',
    edit({ 7: '  - id: ' + 'a'.repeat(65), 11: '  - client: orders' }),
    [
      '7:9 clients[0].id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" is not an id → choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'an id that begins with a hyphen',
    edit({ 7: '  - id: -orders', 11: '  - client: -orders' }),
    [
      '7:9 clients[0].id: "-orders" is not an id → choose an id such as `orders` or `shop.orders`',
      '11:13 policies[0].client: "-orders" is not an id → choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'a reserved id for a resource',
    edit({ 3: '  - id: mintmark-admin', 10: null, 11: null, 12: null, 13: null }),
    ['3:9 resources[0].id: "mintmark-admin" is reserved for Mintmark itself → choose another id'],
  ],
  [
    'a reserved id for a client',
    edit({ 7: '  - id: mintmark-admin', 11: '  - client: mintmark-admin' }),
    ['7:9 clients[0].id: "mintmark-admin" is reserved for Mintmark itself → choose another id'],
  ],
  [
    'no id',
    edit({ 7: '  - disabled: false' }),
    ['7:5 clients[0].id: is missing → choose an id such as `orders` or `shop.orders`'],
  ],
  [
    'a misspelt field',
    edit({ 5: '    scops: [stock:read, stock:reserve]' }),
    ['5:5 resources[0].scops: unknown field (did you mean `scopes`?) → rename it to `scopes`'],
  ],
  [
    'a field that does not exist',
    edit({ 9: '      - kind: client_secret\n        secret: hunter2' }),
    ['10:9 clients[0].credentials[0].secret: unknown field → remove it'],
  ],
  [
    'a misspelt section',
    edit({ 10: 'polices:' }),
    ['10:1 polices: unknown field (did you mean `policies`?) → rename it to `policies`'],
  ],
  [
    'a field named __proto__',
    edit({ 1: 'apiVersion: mintmark/v1\n__proto__: 1' }),
    ['2:1 __proto__: unknown field → remove it'],
  ],
  [
    'one id for two resources',
    edit({ 5: '    scopes: [stock:read, stock:reserve]\n  - id: inventory\n    scopes: [a]' }),
    [
      '6:9 resources[1].id: id "inventory" is declared twice, first in line 3 → give each of the resources an id of its own',
    ],
  ],
  [
    'one id for two clients',
    edit({ 9: '      - kind: client_secret\n  - id: orders\n    credentials: [{ kind: client_secret }]' }),
    ['10:9 clients[1].id: id "orders" is declared twice, first in line 7 → give each of the clients an id of its own'],
  ],
  [
    'one URI for two resources',
    edit({
      5: '    scopes: [stock:read, stock:reserve]\n  - id: stock\n    uri: https://INVENTORY.internal:443/\n    scopes: [a]',
    }),
    [
      '7:10 resources[1].uri: URI "https://INVENTORY.internal:443/" is declared twice, first in line 4 → give each resource a URI of its own, or none',
    ],
  ],
  [
    'one field twice',
    edit({ 4: '    id: other' }),
    ['4:5 resources[0].id: "id" is given twice, first in line 3 → keep one'],
  ],
  [
    'a policy for a misspelt client',
    edit({ 11: '  - client: ordres' }),
    ['11:13 policies[0].client: no client "ordres" is declared (did you mean "orders"?) → write "orders"'],
  ],
  [
    'a policy for an unknown client',
    edit({ 11: '  - client: warehouse' }),
    ['11:13 policies[0].client: no client "warehouse" is declared → declare it under clients, or name one that is'],
  ],
  [
    'a policy for a misspelt resource',
    edit({ 12: '    resource: inventroy' }),
    ['12:15 policies[0].resource: no resource "inventroy" is declared (did you mean "inventory"?) → write "inventory"'],
  ],
  [
    'a policy with a misspelt scope',
    edit({ 13: '    scopes: [stock:reed]' }),
    [
      '13:14 policies[0].scopes[0]: resource "inventory" offers no scope "stock:reed" (did you mean "stock:read"?) → write "stock:read"',
    ],
  ],
  [
    'a policy with an unknown scope',
    edit({ 13: '    scopes: [billing]' }),
    [
      '13:14 policies[0].scopes[0]: resource "inventory" offers no scope "billing" → add it to the scopes of "inventory", or remove it here',
    ],
  ],
  [
    'a policy for a resource that is not sound: one problem',
    edit({ 4: '    uri: inventory.internal' }),
    [
      '4:10 resources[0].uri: "inventory.internal" is not the URI of a resource → write a URI such as `https://inventory.internal`, or leave it out to use the id',
    ],
  ],
  [
    'one policy twice',
    edit({ 13: '    scopes: [stock:read]\n  - client: orders\n    resource: inventory\n    scopes: [stock:read]' }),
    ['14:5 policies[1]: the same policy is declared twice, first in line 11 → keep one'],
  ],
  [
    'one scope twice',
    edit({ 13: '    scopes: [stock:read, stock:read]' }),
    ['13:26 policies[0].scopes[1]: scope "stock:read" is declared twice, first in line 13 → keep one'],
  ],
  [
    'a scope with a space',
    edit({ 5: '    scopes: ["stock read", stock:read]' }),
    ['5:14 resources[0].scopes[0]: "stock read" is not a scope → name it such as `stock:read`'],
  ],
  [
    'scopes that are no list',
    edit({ 13: '    scopes: stock:read' }),
    ['13:13 policies[0].scopes: "stock:read" is not a list of scopes → write a list such as `[stock:read]`'],
  ],
  [
    'no scopes',
    edit({ 13: '    scopes: []' }),
    ['13:13 policies[0].scopes: an empty list is not a list of scopes → write a list such as `[stock:read]`'],
  ],
  [
    'a scope that YAML takes for a number',
    edit({ 5: '    scopes: [1, stock:read]' }),
    ['5:14 resources[0].scopes[0]: the number 1 is not a scope → put it in quotes, or name it such as `stock:read`'],
  ],
  [
    'more scopes than fit into a token',
    edit({
      5: '    scopes: [stock:read, ' + Array.from({ length: 40 }, (_, i) => 'x'.repeat(60) + i).join(', ') + ']',
    }),
    [
      '5:13 resources[0].scopes: the scopes are together longer than 2048 characters → use fewer or shorter scopes, or split the resource: they all have to fit into a token',
    ],
  ],
  [
    'an operator that is not declared',
    edit({ 4: '    operatedBy: order' }),
    ['4:17 resources[0].operatedBy: no client "order" is declared (did you mean "orders"?) → write "orders"'],
  ],
  [
    'a relative URI',
    edit({ 4: '    uri: /inventory' }),
    [
      '4:10 resources[0].uri: "/inventory" is not the URI of a resource → write a URI such as `https://inventory.internal`, or leave it out to use the id',
    ],
  ],
  [
    'a URI with a fragment',
    edit({ 4: '    uri: https://inventory.internal/#a' }),
    [
      '4:10 resources[0].uri: "https://inventory.internal/#a" is not the URI of a resource → write a URI such as `https://inventory.internal`, or leave it out to use the id',
    ],
  ],
  [
    'a URI with a password',
    edit({ 4: '    uri: https://u:hunter2@inventory.internal' }),
    [
      '4:10 resources[0].uri: a text that looks like a secret is not the URI of a resource → write a URI such as `https://inventory.internal`, or leave it out to use the id',
    ],
  ],
  [
    'a lifetime past 15m',
    edit({ 4: '    tokenLifetime: 16m' }),
    ['4:20 resources[0].tokenLifetime: no token may live longer than 15m → write a duration such as `5m` or `300s`'],
  ],
  [
    'a lifetime in hours',
    edit({ 4: '    tokenLifetime: 1h' }),
    ['4:20 resources[0].tokenLifetime: no token may live longer than 15m → write a duration such as `5m` or `300s`'],
  ],
  [
    'a lifetime one second too long',
    edit({ 4: '    tokenLifetime: 901s' }),
    ['4:20 resources[0].tokenLifetime: no token may live longer than 15m → write a duration such as `5m` or `300s`'],
  ],
  [
    'a lifetime of nothing',
    edit({ 4: '    tokenLifetime: 0s' }),
    ['4:20 resources[0].tokenLifetime: a token lives at least 1s → write a duration such as `5m` or `300s`'],
  ],
  [
    'a lifetime without a unit',
    edit({ 4: '    tokenLifetime: 300' }),
    ['4:20 resources[0].tokenLifetime: the number 300 is not a duration → write a duration such as `5m` or `300s`'],
  ],
  [
    'a lifetime in words',
    edit({ 4: '    tokenLifetime: 5 minutes' }),
    ['4:20 resources[0].tokenLifetime: "5 minutes" is not a duration → write a duration such as `5m` or `300s`'],
  ],
  [
    'a negative lifetime',
    edit({ 4: '    tokenLifetime: -5m' }),
    ['4:20 resources[0].tokenLifetime: "-5m" is not a duration → write a duration such as `5m` or `300s`'],
  ],
  [
    'the algorithm none',
    edit({ 4: '    signingAlgorithm: none' }),
    [
      '4:23 resources[0].signingAlgorithm: "none" is not a signing algorithm → write one of these, or leave it out for ES256',
    ],
  ],
  [
    'an algorithm that is not supported',
    edit({ 4: '    signingAlgorithm: RS256' }),
    ['4:23 resources[0].signingAlgorithm: this service does not sign with RS256 → use ES256'],
  ],
  [
    'an unknown sender constraint',
    edit({ 4: '    senderConstraint: tls' }),
    [
      '4:23 resources[0].senderConstraint: "tls" is not a sender constraint → write one of these, or leave it out for none',
    ],
  ],
  [
    'a sender constraint that is not supported',
    edit({ 4: '    senderConstraint: dpop' }),
    ['4:23 resources[0].senderConstraint: this service does not bind tokens to their sender by dpop → use none'],
  ],
  [
    'an unknown kind of credential',
    cred('      - kind: client_secret_jwt'),
    [
      '9:15 clients[0].credentials[0].kind: "client_secret_jwt" is not a kind of credential → write one of these, such as `kind: client_secret`',
    ],
  ],
  [
    'a credential without a kind',
    cred('      - secret: x'),
    ['9:9 clients[0].credentials[0].kind: is missing → write one of these, such as `kind: client_secret`'],
  ],
  [
    'private_key_jwt where it is not supported',
    cred('      - kind: private_key_jwt\n        jwks: { keys: [' + jwk + '] }'),
    [
      '9:15 clients[0].credentials[0].kind: this service does not authenticate clients by private_key_jwt → use client_secret',
    ],
  ],
  [
    'workload_identity where it is not supported',
    cred(
      '      - kind: workload_identity\n        issuer: https://kubernetes.default.svc.cluster.local\n        subject: system:serviceaccount:shop:orders\n        audience: https://tokens.internal',
    ),
    [
      '9:15 clients[0].credentials[0].kind: this service does not authenticate clients by workload_identity → use client_secret',
      '10:17 clients[0].credentials[0].issuer: no trusted issuer "https://kubernetes.default.svc.cluster.local" is declared → declare it under trustedIssuers, with its profile and where its keys are',
    ],
  ],
  [
    'private_key_jwt without keys',
    cred('      - kind: private_key_jwt'),
    ['9:9 clients[0].credentials[0]: none of jwks, jwksUri is given → add one of them'],
  ],
  [
    'private_key_jwt with keys in two places',
    cred('      - kind: private_key_jwt\n        jwksUri: https://a.internal/k\n        jwks: { keys: [' + jwk + '] }'),
    ['9:9 clients[0].credentials[0]: jwks and jwksUri are both given → keep one of them'],
  ],
  [
    'a private key',
    cred('      - kind: private_key_jwt\n        jwks: { keys: [' + jwk.replace(' }', ', d: c2VjcmV0 }') + '] }'),
    [
      '10:24 clients[0].credentials[0].jwks.keys[0]: the key has the private member "d": register its public half alone, and replace it, for it is no longer secret → export the public key as a JWK (RFC 7517) and register that',
    ],
  ],
  [
    'a symmetric key',
    cred('      - kind: private_key_jwt\n        jwks: { keys: [{ kty: oct }] }'),
    [
      '10:24 clients[0].credentials[0].jwks.keys[0]: kty is none of EC, OKP, RSA → export the public key as a JWK (RFC 7517) and register that',
    ],
  ],
  [
    'a point off the curve',
    cred('      - kind: private_key_jwt\n        jwks: { keys: [' + jwk.replace('MKB', 'MKC') + '] }'),
    [
      '10:24 clients[0].credentials[0].jwks.keys[0]: the key does not parse: its values are not canonical base64url of a point or modulus → export the public key as a JWK (RFC 7517) and register that',
    ],
  ],
  [
    'a key set over plain http',
    cred('      - kind: private_key_jwt\n        jwksUri: http://orders.internal/jwks.json'),
    [
      '10:18 clients[0].credentials[0].jwksUri: "http://orders.internal/jwks.json" is not the URL of a key set → write a URL such as `https://orders.internal/jwks.json`',
    ],
  ],
  [
    'tls_client_auth without a name',
    cred('      - kind: tls_client_auth'),
    ['9:9 clients[0].credentials[0]: none of subjectDn, sanDns, sanUri, sanIp is given → add one of them'],
  ],
  [
    'tls_client_auth with two names',
    cred('      - kind: tls_client_auth\n        sanDns: a.internal\n        sanIp: 10.0.0.1'),
    ['9:9 clients[0].credentials[0]: sanDns and sanIp are both given → keep one of them'],
  ],
  [
    'an address that is none',
    cred('      - kind: tls_client_auth\n        sanIp: 10.0.0.256'),
    [
      '10:16 clients[0].credentials[0].sanIp: "10.0.0.256" is not an IP address → write one such as `10.0.0.7` or `2001:db8::7`',
    ],
  ],
  [
    'a subject that is no DN',
    cred('      - kind: tls_client_auth\n        subjectDn: orders'),
    [
      '10:20 clients[0].credentials[0].subjectDn: "orders" is not a distinguished name → write one such as `CN=orders,O=Example`',
    ],
  ],
  [
    'a wildcard',
    cred('      - kind: tls_client_auth\n        sanDns: "*.internal"'),
    [
      '10:17 clients[0].credentials[0].sanDns: "*.internal" is not a DNS name → write one such as `orders.shop.internal`',
    ],
  ],
  [
    'a SAN URI that is none',
    cred('      - kind: tls_client_auth\n        sanUri: orders'),
    ['10:17 clients[0].credentials[0].sanUri: "orders" is not a URI → write one such as `spiffe://example.org/orders`'],
  ],
  [
    'a workload identity with two mistakes',
    cred('      - kind: workload_identity\n        issuer: kubernetes\n        subject: a\n        audience: " b"'),
    [
      '10:17 clients[0].credentials[0].issuer: "kubernetes" is not an issuer → write it exactly as the `iss` of its tokens has it, or the trust domain',
      '12:19 clients[0].credentials[0].audience: " b" is not a text for this field → write it exactly as the token of the workload has it',
    ],
  ],
  [
    'no credentials',
    edit({ 8: '    credentials: []', 9: null }),
    [
      '8:18 clients[0].credentials: an empty list is not a list of credentials → write a list such as `[{ kind: client_secret }]`',
    ],
  ],
  [
    'credentials without a value',
    edit({ 8: '    credentials:', 9: null }),
    ['8:17 clients[0].credentials: has no value → write a list such as `[{ kind: client_secret }]`'],
  ],
  [
    'two client_secret slots',
    cred('      - kind: client_secret\n      - kind: client_secret'),
    [
      '10:9 clients[0].credentials[1]: the same client_secret credential is declared twice, first in line 9 → keep one; it holds two secrets while they overlap',
    ],
  ],
  [
    'yes for true',
    edit({ 7: '  - id: orders\n    disabled: yes' }),
    ['8:15 clients[0].disabled: "yes" is not true or false → write `true` or `false`, without quotes'],
  ],
  [
    'a section without a value',
    edit({ 11: null, 12: null, 13: null }),
    ['10:10 policies: has no value → write each entry behind a `- `, or `[]` for none'],
  ],
  [
    'a section that is a mapping',
    edit({ 7: '  orders:', 8: null, 9: null }),
    ['7:3 clients: a mapping is not a list → write each entry behind a `- `, or `[]` for none'],
  ],
  [
    'an entry that is a text',
    edit({ 11: '  - orders', 12: null, 13: null }),
    ['11:5 policies[0]: "orders" is not a mapping → write `field: value`, one to a line'],
  ],
  ['a list', '- a\n- b\n', ['1:1 : a list is not a mapping → write `field: value`, one to a line']],
  ['a word', 'hello\n', ['1:1 : "hello" is not a mapping → write `field: value`, one to a line']],
  ['nothing', '', ['1:1 : the file is empty → begin with `apiVersion: mintmark/v1`']],
  ['white space', ' \n\n', ['1:1 : the file is empty → begin with `apiVersion: mintmark/v1`']],
  ['a comment', '# nothing\n', ['1:1 : the file says nothing → begin with `apiVersion: mintmark/v1`']],
  ['an empty document', '---\n', ['1:1 : the file says nothing → begin with `apiVersion: mintmark/v1`']],
  [
    'two documents',
    SAMPLE + '---\napiVersion: mintmark/v1\n',
    [
      '14:1 : a second YAML document begins here → keep one document to a file: remove the `---` and what follows, or merge the two',
    ],
  ],
  [
    'an anchor and its alias',
    edit({ 5: '    scopes: &all [stock:read]', 13: '    scopes: *all' }),
    [
      '5:13 : anchors (&) are not allowed → write the value out wherever it is used; quote a text that begins with &',
      '13:13 : aliases (*) are not allowed → write the value out; quote a text that begins with *',
    ],
  ],
  [
    'a merge key',
    edit({ 9: '      - <<: { kind: client_secret }' }),
    ['9:9 clients[0].credentials[0]: merge keys (<<) are not allowed → write the fields out'],
  ],
  [
    'a tag',
    edit({ 3: '  - id: !!str inventory' }),
    ['3:9 : tags (!) are not allowed → remove the tag; quote a text that begins with !'],
  ],
  ['a directive', '%YAML 1.1\n---\n' + SAMPLE, ['1:1 : directives (%) are not allowed → remove this line']],
  [
    'a tab as indentation',
    edit({ 4: '\turi: https://inventory.internal' }),
    ['4:1 : a tab is used for indentation → indent with spaces'],
  ],
  [
    'indentation that does not fit',
    edit({ 4: '   uri: https://inventory.internal' }),
    [
      '4:1 : not valid YAML: Sequence item without - indicator → check indentation, quotes and brackets here and on the line before',
    ],
  ],
  [
    'an open bracket',
    edit({ 5: '    scopes: [stock:read, stock:reserve' }),
    ['6:1 : a [ or { before this is not closed → close it with ] or }'],
  ],
  [
    'an open quote',
    edit({ 4: '    uri: "https://inventory.internal' }),
    ['4:10 : a quote is opened here and never closed → close it'],
  ],
  [
    'a text that begins with a reserved character',
    edit({ 4: '    uri: %inventory' }),
    ['4:10 : a text begins with a character that YAML reserves → put the text in quotes'],
  ],
  [
    'a missing colon',
    edit({ 12: '    resource inventory' }),
    ['12:5 : a field name goes on past its line → check for a missing colon or a missing space after one'],
  ],
  [
    'a NUL',
    edit({ 3: '  - id: inven\u0000tory' }),
    ['3:14 : U+0000 is not a character of a text file → remove it; a declaration is plain text in UTF-8'],
  ],
  [
    'a field whose name is a list',
    edit({ 1: 'apiVersion: mintmark/v1\n? [a]\n: b' }),
    ['2:3 : a field without a name → write `name: value`'],
  ],
  [
    'deep nesting',
    edit({ 3: '  - id: ' + '['.repeat(30) + ']'.repeat(30) }),
    ['3:29 : nested deeper than 24 levels → no field needs this: remove it'],
  ],
  [
    'JSON with one field twice',
    '{\n  "apiVersion": "mintmark/v1",\n  "clients": [],\n  "clients": []\n}',
    ['4:3 clients: "clients" is given twice, first in line 3 → keep one'],
  ],
  [
    'JSON with tabs',
    '{\n\t"apiVersion": "mintmark/v1",\n\t"clients": [{ "id": 7 }]\n}',
    [
      '3:14 clients[0].credentials: is missing → write a list such as `[{ kind: client_secret }]`',
      '3:22 clients[0].id: the number 7 is not an id → put it in quotes, or choose an id such as `orders` or `shop.orders`',
    ],
  ],
  [
    'JSON with something behind it',
    '{"apiVersion": "mintmark/v1"} x',
    [
      '1:31 : not valid YAML: Unexpected scalar at node end → check indentation, quotes and brackets here and on the line before',
    ],
  ],
  [
    'mistakes in three sections: all at once',
    edit({ 3: '  - id: Inventory', 9: '      - kind: secret', 11: '  - client: orders\n    clent: x' }),
    [
      '3:9 resources[0].id: "Inventory" is not an id → choose an id such as `orders` or `shop.orders`',
      '9:15 clients[0].credentials[0].kind: "secret" is not a kind of credential → write one of these, such as `kind: client_secret`',
      '12:5 policies[0].clent: unknown field (did you mean `client`?) → rename it to `client`',
    ],
  ],
];

describe('readDeclaration refuses', () => {
  it.each(REFUSED)('%s', (_name, text, problems) => {
    expect(problemsOf(read(text))).toEqual(problems);
  });

  it('an unsupported value with what is supported, not with what Mintmark knows of', () => {
    const outcome = read(edit({ 4: '    signingAlgorithm: HS256', 9: '      - kind: private_key_jwt' }), TODAY);
    expect(outcome).toMatchObject({
      ok: false,
      problems: [{ allowed: 'ES256' }, {}],
    });
  });

  it('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(SAMPLE), Buffer.from([0xff, 0xfe])]);
    expect(problemsOf(readDeclaration({ name: 'f', bytes }, TODAY))).toEqual([
      '1:1 : the file is not UTF-8 text → save it as plain text in UTF-8',
    ]);
  });

  it('a file past the limit, without decoding it', () => {
    const bytes = Buffer.alloc(DECLARATION_LIMITS.maxBytes + 1, 0xff);
    expect(problemsOf(readDeclaration({ name: 'f', bytes }, TODAY))).toEqual([
      '1:1 : the file is larger than 16777216 bytes → check that it is the right file; declare fewer clients in it',
    ]);
  });

  it('a small file that costs a lot to parse', () => {
    const limits = { ...DECLARATION_LIMITS, maxTokens: 100 };
    expect(problemsOf(read(edit({ 5: `    scopes: [${'a,'.repeat(1000)}]` }), TODAY, limits))).toEqual([
      expect.stringMatching(/^5:\d+ : the file has more than 100 YAML tokens → /),
    ]);
  });

  it('the billion laughs at the first laugh', () => {
    const laughs = Array.from({ length: 20 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    const outcome = read(['l0: &l0 ha', ...laughs].join('\n'));
    expect(problemsOf(outcome)).toHaveLength(20);
    expect(problemsOf(outcome)[0]).toBe(
      '1:5 : anchors (&) are not allowed → write the value out wherever it is used; quote a text that begins with &',
    );
  });

  it('a workload that two clients claim', () => {
    const workload = 'kind: workload_identity, issuer: https://k8s.internal, subject: s, audience: a';
    const text = edit({
      1: `apiVersion: mintmark/v1\ntrustedIssuers: [{ issuer: https://k8s.internal, profile: oidc, jwks: { keys: [${jwk}] } }]`,
      9: `      - { ${workload} }\n  - id: billing\n    credentials: [{ ${workload} }]`,
    });
    expect(problemsOf(read(text, EVERYTHING))).toEqual([
      '12:19 clients[1].credentials[0]: the same workload identity is declared twice, first in line 10 → let one client have it: a token names the workload, not the client',
    ]);
  });

  it('trusted issuers that contradict themselves or each other', () => {
    const keys = `jwks: { keys: [${jwk}] }`;
    const text = edit({
      1: [
        'apiVersion: mintmark/v1',
        'trustedIssuers:',
        `  - { issuer: https://k8s.internal, profile: kubernetes, ${keys} }`,
        `  - { issuer: https://k8s.internal, profile: oidc, ${keys} }`,
        `  - { issuer: "spiffe://example.org", profile: oidc, ${keys} }`,
        `  - { issuer: https://spire.internal, profile: spiffe, ${keys} }`,
        `  - { issuer: https://a.internal, profile: oidc, ${keys}, jwksUri: https://a.internal/jwks }`,
        `  - { issuer: https://b.internal, profile: saml, ${keys}, algorithms: [HS256] }`,
        `  - { issuer: "spiffe://example.com", profile: spiffe, ${keys} }`,
      ].join('\n'),
      9: [
        '      - { kind: workload_identity, issuer: "spiffe://example.com", subject: "spiffe://example.community/x", audience: a }',
        '      - { kind: workload_identity, issuer: "spiffe://example.com", subject: "spiffe://example.com/x", audience: a, uid: u }',
      ].join('\n'),
    });
    expect(problemsOf(read(text, EVERYTHING))).toEqual([
      '4:15 trustedIssuers[1].issuer: trusted issuer "https://k8s.internal" is declared twice, first in line 3 → keep one: where two clusters go by one name, give each its own with --service-account-issuer',
      '5:15 trustedIssuers[2].issuer: "spiffe://example.org" does not go with the profile oidc → with profile spiffe write the trust domain, spiffe://example.org; with any other the URL in `iss`',
      '6:15 trustedIssuers[3].issuer: "https://spire.internal" does not go with the profile spiffe → with profile spiffe write the trust domain, spiffe://example.org; with any other the URL in `iss`',
      '7:5 trustedIssuers[4]: jwks and jwksUri are both given → keep one of them',
      '8:44 trustedIssuers[5].profile: "saml" is not a profile of workload tokens → write one of these; `oidc` for any OpenID Connect issuer',
      expect.stringContaining('trustedIssuers[5].algorithms[0]: "HS256" is not an algorithm of assertions'),
      expect.stringContaining(
        'clients[0].credentials[0].subject: "spiffe://example.community/x" is not in the trust domain',
      ),
      expect.stringContaining('clients[0].credentials[1].uid: only a Kubernetes service account has a UID'),
    ]);
  });

  it('a key that can sign no assertion, though it may be in a certificate', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const keys = `jwks: { keys: [${JSON.stringify(publicKey.export({ format: 'jwk' }))}] }`;
    const signing = read(cred(`      - { kind: private_key_jwt, ${keys} }`), EVERYTHING);
    expect(problemsOf(signing)).toEqual([expect.stringContaining('no algorithm of assertions for the key')]);
    expect(problemsOf(read(cred(`      - { kind: self_signed_tls_client_auth, ${keys} }`), EVERYTHING))).toEqual([]);
  });

  it('without repeating what may be a secret', () => {
    const secrets = [
      edit({ 7: '  - id: mmcs_hunter2' }),
      edit({ 9: '      - kind: client_secret\n        secret: hunter2' }),
      edit({ 4: '    uri: https://admin:hunter2@inventory.internal' }),
      cred(`      - kind: private_key_jwt\n        jwks: { keys: [${jwk.replace(' }', ', d: hunter2 }')}] }`),
      edit({ 4: '    uri: "https://inventory.internal" hunter2' }),
      edit({ 4: '    uri: "\\hunter2"' }),
    ];
    for (const text of secrets) {
      const outcome = read(text);
      expect(outcome.ok).toBe(false);
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
    }
  });

  it('every one of many mistakes', () => {
    const text = `apiVersion: mintmark/v1\npolicies:\n${'- {client: a, resource: b, scopes: [c]}\n'.repeat(5_000)}`;
    const outcome = read(text);
    expect(outcome.ok ? 0 : outcome.problems.length).toBe(14_999);
  });

  it('a file that is wrong throughout, with help for its first mistakes alone', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `${'abcdefghij'.repeat(5)}-${index}`);
    const clients = ids.map((id) => `  - { id: ${id}, credentials: [{ kind: client_secret }] }`).join('\n');
    const policies = ids
      .slice(0, 100)
      .map((id) => `  - { client: ${id}xyz, resource: inventory, scopes: [stock:read] }`)
      .join('\n');
    const problems = problemsOf(
      read(
        `apiVersion: mintmark/v1\nresources:\n  - id: inventory\n    scopes: [stock:read]\nclients:\n${clients}\npolicies:\n${policies}\n`,
      ),
    );
    const helped = problems.map((problem) => problem.includes('did you mean'));
    expect(helped).toHaveLength(100);
    expect([helped[0], helped.at(-1)]).toEqual([true, false]);
  });
});

describe('readDeclaration accepts', () => {
  it('the sample, with what it leaves unsaid', () => {
    expect(declared(SAMPLE)).toEqual({
      issuers: [],
      resources: [
        {
          id: 'inventory',
          uri: 'https://inventory.internal',
          audience: 'https://inventory.internal',
          scopes: ['stock:read', 'stock:reserve'],
          tokenLifetimeSeconds: 300,
          signingAlgorithm: 'ES256',
          senderConstraint: 'none',
        },
      ],
      clients: [{ id: 'orders', credentials: [{ kind: 'client_secret' }] }],
      policies: [{ id: 'orders/inventory', client: 'orders', resource: 'inventory', scopes: ['stock:read'] }],
    });
  });

  it('every field', () => {
    const outcome = read(
      `---
apiVersion: mintmark/v1
trustedIssuers:
  - issuer: https://kubernetes.default.svc.cluster.local
    profile: kubernetes
    jwksUri: https://kubernetes.default.svc.cluster.local/openid/v1/jwks
    algorithms: [RS256]
    tokenUse: once
    disabled: true
  - { issuer: "spiffe://example.org", profile: spiffe, jwks: { keys: [${jwk}] } }
resources:
  - { id: stock, operatedBy: stock, scopes: [a], tokenLifetime: 15m, signingAlgorithm: EdDSA, senderConstraint: any }
  - { id: one, scopes: [a], tokenLifetime: 1s }
clients:
  - id: stock
    disabled: true
    credentials:
      - kind: client_secret
      - { kind: private_key_jwt, jwks: { keys: [${jwk}] } }
      - { kind: private_key_jwt, jwksUri: https://stock.internal/jwks.json }
      - { kind: tls_client_auth, subjectDn: "CN=stock\\\\, inc,O=Example" }
      - { kind: tls_client_auth, sanDns: stock.internal }
      - { kind: tls_client_auth, sanUri: "spiffe://example.org/stock" }
      - { kind: tls_client_auth, sanIp: "2001:db8::7" }
      - { kind: self_signed_tls_client_auth, jwks: { keys: [${jwk}] } }
      - kind: workload_identity
        issuer: https://kubernetes.default.svc.cluster.local
        subject: system:serviceaccount:shop:stock
        audience: https://tokens.internal
        uid: 3b6f-11
        claims: { "kubernetes.io/cluster": a }
policies:
  - { client: stock, resource: stock, scopes: [a] }
  - { client: stock, resource: one, scopes: [a] }
`,
      EVERYTHING,
    );
    expect(problemsOf(outcome)).toEqual([]);
    expect(outcome).toMatchObject({
      declaration: {
        issuers: [
          { profile: 'kubernetes', algorithms: ['RS256'], tokenUse: 'once', disabled: true },
          { id: 'spiffe://example.org', algorithms: ['ES256', 'RS256'], tokenUse: 'until-expiry', disabled: false },
        ],
        resources: [
          { audience: 'stock', operatedBy: 'stock', tokenLifetimeSeconds: 900, signingAlgorithm: 'EdDSA' },
          { tokenLifetimeSeconds: 1 },
        ],
        clients: [{ disabled: true, credentials: { length: 9 } }],
      },
    });
  });

  it.each(['\n', '\r\n'])('JSON as well as YAML, with line ends %j', (end) => {
    const declaration = declared(SAMPLE);
    const json = {
      apiVersion: 'mintmark/v1',
      resources: [{ id: 'inventory', uri: 'https://inventory.internal', scopes: ['stock:read', 'stock:reserve'] }],
      clients: [{ id: 'orders', credentials: [{ kind: 'client_secret' }] }],
      policies: [{ client: 'orders', resource: 'inventory', scopes: ['stock:read'] }],
    };
    for (const space of [undefined, 2, '\t']) {
      expect(declared(JSON.stringify(json, null, space).replaceAll('\n', end))).toEqual(declaration);
    }
    expect(declared(SAMPLE.replaceAll('\n', end))).toEqual(declaration);
    expect(declared(`\uFEFF${SAMPLE}`)).toEqual(declaration);
  });

  it('numbers several policies of one pair', () => {
    const outcome = read(`${SAMPLE}  - { client: orders, resource: inventory, scopes: [stock:reserve] }\n`);
    expect(outcome).toMatchObject({
      declaration: { policies: [{ id: 'orders/inventory' }, { id: 'orders/inventory#2' }] },
    });
  });

  it('a version alone: an empty registry', () => {
    expect(declared('apiVersion: mintmark/v1')).toEqual({ issuers: [], resources: [], clients: [], policies: [] });
  });
});

describe('formatProblems', () => {
  it('gives place, problem, what is allowed and the fix', () => {
    const outcome = read(edit({ 12: '    resource: inventroy', 13: null }));
    expect(formatProblems(outcome.ok ? [] : outcome.problems)).toBe(
      [
        'mintmark.yaml:11:5: policies[0].scopes: is missing',
        '    allowed: a list of at least one scope',
        '    fix: write a list such as `[stock:read]`',
        '1 problem; nothing was applied',
      ].join('\n'),
    );
  });

  it('stops at fifty', () => {
    const outcome = read(`apiVersion: mintmark/v1\nclients: [${'1, '.repeat(60)}]`);
    expect(formatProblems(outcome.ok ? [] : outcome.problems)).toContain('\n… and 10 more\n60 problems;');
  });
});
