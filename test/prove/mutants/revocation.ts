import type { Mutant } from './mutant.ts';

const CORE = 'apps/token-service/src/core';
const SQL = 'apps/token-service/src/adapters/sql';
const VERIFIER = 'libs/verifier/src/revocations';
const STORE = `${SQL}/revocation-store.spec.ts`;
const ENDPOINTS = 'test/e2e/revocation/revoke-and-introspect.spec.ts';
const UNHEARD = 'test/keys/unheard-key.spec.ts';
const REMOTE = `${VERIFIER}/remote-revocations.spec.ts`;

const read = (guard: string, from: string, to = ''): Mutant => ({
  ...{ guard, from, to },
  ...{ file: `${VERIFIER}/read-document.ts`, spec: REMOTE },
});
const held = (guard: string, from: string, to: string): Mutant => ({
  ...{ guard, from, to },
  ...{ file: `${VERIFIER}/held-revocations.ts`, spec: REMOTE },
});

/** Each guard of revocation, left out: what is recorded, who may say and ask it, and what a verifier believes. */
export const REVOCATION: readonly Mutant[] = [
  {
    guard: 'the tokens of a disabled client are refused',
    file: `${SQL}/registry-repository.ts`,
    from: 'revocationsOf(changes), {',
    to: '[], {',
    spec: STORE,
  },
  {
    guard: 'a replica that is cut off may still issue to a revoked client',
    file: `${CORE}/model/revocation.ts`,
    from: 'const lastTokenDead = afterlifeSeconds(timing) + longer;',
    to: 'const lastTokenDead = timing.maxTokenLifetimeSeconds + longer;',
    spec: STORE,
  },
  {
    guard: 'a client that is let in again does not get back what it had',
    file: `${CORE}/model/revocation.ts`,
    from: 'return { ...found, issuedBefore };',
    to: 'return { ...found, issuedBefore: new Date(0) };',
    spec: STORE,
  },
  {
    guard: 'however soon that is',
    file: `${CORE}/model/revocation.ts`,
    from: 'later(secondsAfter(found.revokedAt, clockErrorSeconds), secondsAfter(now, -clockErrorSeconds))',
    to: 'secondsAfter(now, -clockErrorSeconds)',
    spec: STORE,
  },
  {
    guard: 'one client cannot fill the room of all',
    file: `${CORE}/model/revocation.ts`,
    from: 'if (ofClient > MOST_TOKENS_OF_A_CLIENT) {',
    to: 'if (ofClient < 0) {',
    spec: STORE,
  },
  {
    guard: 'no more is revoked than verifiers read',
    file: `${CORE}/model/revocation.ts`,
    from: 'if (ofKind > ROOM[kind]) {',
    to: 'if (ofKind < 0) {',
    spec: STORE,
  },
  {
    guard: 'tokens take no room from clients',
    file: `${SQL}/write-revocations.ts`,
    from: 'ofKind: await countOf(trx, { kind })',
    to: "ofKind: await countOf(trx, { kind: 'token' })",
    spec: STORE,
  },
  {
    guard: 'nobody is told to wait with a key',
    file: `${CORE}/model/revocation.ts`,
    from: 'key: Infinity,',
    to: 'key: 0,',
    spec: STORE,
  },
  {
    guard: 'what has ended is forgotten',
    file: `${SQL}/write-revocations.ts`,
    from: "await trx.deleteFrom('revocation').where('ends_at', '<=', moment.earliest.getTime()).execute();",
    to: '',
    spec: STORE,
  },
  {
    guard: "and not because the database's clock leapt",
    file: `${SQL}/write-revocations.ts`,
    from: "where('ends_at', '<=', moment.earliest.getTime())",
    to: "where('ends_at', '<=', now.getTime())",
    spec: STORE,
  },
  {
    guard: 'nor left out of what is told',
    file: `${SQL}/revocation-store.ts`,
    from: "where('ends_at', '>', earliest.getTime())",
    to: "where('ends_at', '>', earliest && (await this.#store.dialect.databaseTime(trx)).getTime())",
    spec: STORE,
  },
  {
    guard: 'what is revoked by a wrong clock ends no earlier',
    file: `${CORE}/model/revocation.ts`,
    from: 'const { earliest, latest: now } = moment;',
    to: 'const { earliest, earliest: now } = moment;',
    spec: STORE,
  },
  {
    guard: 'and a wrong clock calls no token dead',
    file: `${CORE}/model/revocation.ts`,
    from: 'return until > earliest ? fresh',
    to: 'return until > now && earliest ? fresh',
    spec: STORE,
  },
  {
    guard: 'the record of a revocation is kept until it is copied',
    file: `${SQL}/change-feed.ts`,
    from: "where('sequence', '<=', version)",
    to: "where('sequence', '>', 0)",
    spec: STORE,
  },
  {
    guard: 'and for a while',
    file: `${SQL}/change-feed.ts`,
    from: ".where('at', '<', before.getTime())",
    to: ".where('at', '>=', 0 * before.getTime())",
    spec: STORE,
  },
  {
    guard: 'a compromised key is revoked too',
    file: `${SQL}/key-repository.ts`,
    from: 'await this.#revoke(trx, transition);',
    to: '',
    spec: 'test/keys/compromise.spec.ts',
  },
  {
    guard: 'what a later answer overtook on its way does not replace it',
    file: `${CORE}/revocation/revocation-feed.ts`,
    from: 'if (this.#held && isBefore(set, this.#held.set)) return;',
    to: '',
    spec: 'test/keys/overtaken-answers.spec.ts',
  },
  {
    guard: 'a client revokes its own tokens alone',
    file: `${CORE}/revocation/revoke-token.ts`,
    from: 'if (claims?.client_id !== client.id) return;',
    to: 'if (!claims) return;',
    spec: ENDPOINTS,
  },
  {
    guard: 'who revokes or introspects is authenticated',
    file: `${CORE}/revocation/presented-token.ts`,
    from: 'throw error;',
    to: "return { id: evidence.clientId ?? 'orders' } as never;",
    spec: ENDPOINTS,
  },
  {
    guard: 'introspection is for the client and the operator of the resource',
    file: `${CORE}/revocation/introspect-token.ts`,
    from: 'if (!token || !this.#mayAsk(client, token) || !this.#counts(token)) return INACTIVE;',
    to: 'if (!token || !this.#counts(token)) return INACTIVE;',
    spec: ENDPOINTS,
  },
  {
    guard: 'a revoked token is not active',
    file: `${CORE}/revocation/introspect-token.ts`,
    from: 'return !feed.isRevoked({ tokenId, clientId, kid, issuedAt: new Date(iat * 1000) });',
    to: 'return void [feed, tokenId, kid, iat] === undefined;',
    spec: ENDPOINTS,
  },
  {
    guard: 'a token is ours only with our signature',
    file: `${CORE}/revocation/own-tokens.ts`,
    from: 'if (!key || alg !== key.algorithm || !isSigned(jws, key)) return undefined;',
    to: 'if (!key || alg !== key.algorithm) return undefined;',
    spec: ENDPOINTS,
  },
  {
    guard: 'while a key may be too new to be known here, no token of it is said to be none of ours',
    file: `${CORE}/revocation/own-tokens.ts`,
    from: 'if (!learnt && answers.includes(false)) throw undetermined(kid);',
    to: '',
    spec: UNHEARD,
  },
  {
    guard: 'and strangers do not have the database asked at will',
    file: `${CORE}/revocation/key-inquiry.ts`,
    from: 'if (clock.monotonic() - this.#askedAt < timing.pollSeconds) return false;',
    to: '',
    spec: UNHEARD,
  },
  {
    guard: 'nor is a question that was asked before it an answer',
    file: `${CORE}/revocation/key-inquiry.ts`,
    from: 'return this.#asking.then(() => false);',
    to: 'return this.#asking;',
    spec: UNHEARD,
  },
  {
    guard: 'and the clocks of two replicas may both be wrong',
    file: `${CORE}/revocation/key-inquiry.ts`,
    from: 'ROUNDED_SECONDS + 2 * this.#ports.timing.clockErrorSeconds',
    to: 'ROUNDED_SECONDS',
    spec: UNHEARD,
  },
  {
    guard: 'and a time that is yet to come is waited for by nobody',
    file: `${CORE}/revocation/key-inquiry.ts`,
    from: '!this.#canBeIssuedAt(issuedAt) || ',
    to: '',
    spec: UNHEARD,
  },
  {
    guard: 'nor is a key asked for that signs other tokens',
    file: `${CORE}/revocation/own-tokens.ts`,
    from: 'if (known || otherRings.some((ring) => ring.find(kid))) return known;',
    to: 'if (known) return known;',
    spec: UNHEARD,
  },
  {
    guard: 'the last operator is not locked out by a revocation',
    file: `${CORE}/administration/check-revocation.ts`,
    from: 'guardingOperators(asIfSwitched(id, action), operator)(current);',
    to: 'clientOf(current, id);',
    spec: 'test/e2e/admin/same-over-http-and-grpc.spec.ts',
  },
  {
    guard: 'who is disabled while it is admitted stays out',
    file: `${SQL}/revocation-store.ts`,
    from: `return this.#record(async (trx) => {
      await lockRegistry(trx, this.#store.dialect);
      return decide(await readRegistry(trx));
    }, author);`,
    to: `const before = this.#store.db.transaction().setAccessMode('read only').execute(readRegistry);
    return before.then((current) => this.#record(async () => decide(current), author));`,
    spec: STORE,
  },
  {
    guard: 'the tokens of an operator count again by the word of registry:admin alone',
    file: `${CORE}/administration/check-revocation.ts`,
    from: 'guardingOperators(asIfSwitched(id, action), operator)(current);',
    to: "if (action === 'revoke') guardingOperators(asIfSwitched(id, action), operator)(current);",
    spec: 'test/e2e/admin/operators.spec.ts',
  },
  read(
    'the header of the document has its members and no other',
    "Object.keys(header).length !== 3 || header['alg'] !== key.algorithm",
    "header['alg'] !== key.algorithm",
  ),
  read(
    'its algorithm is that of the key',
    "Object.keys(header).length !== 3 || header['alg'] !== key.algorithm",
    'Object.keys(header).length !== 3',
  ),
  read('its typ', "if (header['typ'] !== REVOCATIONS_TYP) return refused('it is of another typ');"),
  read(
    'its signature',
    "if (!verifyBytes(key.algorithm, key.publicKey, input, signature)) return refused('its signature is not good');",
  ),
  read('its issuer', "if (claims['iss'] !== issuer) return refused('it is of another issuer');"),
  read('its audience', "if (claims['aud'] !== REVOCATIONS_AUDIENCE) return refused('it is for another audience');"),
  read(
    'the form of its counts and dates',
    'if (!isCount(epoch) || !isCount(sequence) || !isDate(asOf) || !isDate(nextBy)) return false;',
  ),
  read(
    'the form of its entries',
    'revoked.length <= MAX_REVOCATIONS && revoked.every(isEntry)',
    'revoked.length <= MAX_REVOCATIONS',
  ),
  held(
    'a document that is out of date',
    'if (claims.next_by * 1000 + this.#leeway < receivedAt)',
    'if (claims.next_by < 0)',
  ),
  held('a document that goes back', 'if (order < 0) return', 'if (order === 12345) return'),
  held(
    'the same sequence with other content',
    'if (order === 0 && !sameContent(claims, held!.claims))',
    'if (order === 12345)',
  ),
  held(
    'what was issued since counts again',
    'entry[3] === undefined || issuedAt < entry[3]',
    'entry !== undefined || issuedAt < 0',
  ),
  held(
    'a source whose clock is ahead keeps nothing fresh',
    'Math.min(claims.as_of * 1000, sentAt)',
    'claims.as_of * 1000',
  ),
  {
    guard: 'while it is not known what is revoked, nothing is decided',
    file: `${VERIFIER}/revocation-cache.ts`,
    from: "return this.#isKnown() || this.#options.onUnknown === 'accept' ? 'clear' : 'unknown';",
    to: "return 'clear';",
    spec: REMOTE,
  },
  {
    guard: 'no verifier goes without revocations in silence',
    file: 'libs/verifier/src/options.ts',
    from: 'if (unsafelyWithoutRevocations === true && revocations === undefined)',
    to: 'if (revocations === undefined)',
    spec: 'libs/verifier/src/options.spec.ts',
  },
  {
    guard: 'what was saved is no younger after a restart',
    file: `${VERIFIER}/revocation-cache.ts`,
    from: 'Math.min(saved.asOf, this.#now())',
    to: 'this.#now()',
    spec: REMOTE,
  },
  {
    guard: 'and where anybody could have sent it, no reason to refuse what is fetched',
    file: `${VERIFIER}/revocation-cache.ts`,
    from: ', !unauthenticated);',
    to: ', true || unauthenticated);',
    spec: REMOTE,
  },
  {
    guard: 'what was told of is asked for until it is here',
    file: `${VERIFIER}/revocation-cache.ts`,
    from: 'this.#wakened || this.#awaitsNews()',
    to: 'this.#wakened',
    spec: REMOTE,
  },
  {
    guard: 'and not for ever',
    file: `${VERIFIER}/revocation-cache.ts`,
    from: 'if (this.#awaited.fetches === 0 || ',
    to: 'if (',
    spec: REMOTE,
  },
  {
    guard: 'a stream ends when its token is revoked',
    file: 'libs/verifier-grpc/src/interceptor.ts',
    from: 'if (this.#isStream()) this.#watchRevocation(call, verdict.caller);',
    to: '',
    spec: 'libs/verifier-grpc/src/interceptor.spec.ts',
  },
];
