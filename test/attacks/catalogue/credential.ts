import { attacksOn, signed, type Call, type Make } from '../attack.ts';

const row = attacksOn('credential');
const httpRow = attacksOn('credential', ['library', 'http']);

/** A good token, sent in another way than one `Authorization: Bearer`. */
function sent(how: (token: string, other: string) => Omit<Call, 'token'>): Make {
  return (scene, good) => {
    const other = scene.sign({ ...good, claims: scene.claims() });
    const token = signed(scene, good) as string;
    return { token, ...how(token, other) };
  };
}

export const CREDENTIAL_ATTACKS = [
  row(
    'two Authorization headers',
    'CREDENTIAL_AMBIGUOUS',
    sent((token, other) => ({ authorization: [`Bearer ${token}`, `Bearer ${other}`] })),
  ),
  row(
    'the same Authorization header twice',
    'CREDENTIAL_AMBIGUOUS',
    sent((token) => ({ authorization: [`Bearer ${token}`, `Bearer ${token}`] })),
  ),
  row(
    'a good token before garbage',
    'CREDENTIAL_AMBIGUOUS',
    sent((token) => ({ authorization: [`Bearer ${token}`, 'Bearer x'] })),
  ),
  row(
    'Basic beside Bearer',
    'CREDENTIAL_AMBIGUOUS',
    sent((token) => ({ authorization: [`Bearer ${token}`, 'Basic b3JkZXJzOng='] })),
  ),
  row(
    'a comma list',
    'CREDENTIAL_AMBIGUOUS',
    sent((token, other) => ({ authorization: [`Bearer ${token}, Bearer ${other}`] })),
  ),
  row(
    'a comma list of tokens',
    'CREDENTIAL_AMBIGUOUS',
    sent((token, other) => ({ authorization: [`Bearer ${token},${other}`] })),
  ),
  row(
    'a comma list that begins with another scheme',
    'CREDENTIAL_AMBIGUOUS',
    sent((token) => ({ authorization: [`Digest username="orders", Bearer ${token}`] })),
  ),
  row(
    'another scheme with parameters',
    'TOKEN_MISSING',
    sent((token) => ({ authorization: [`Digest username="orders", response="${token}"`] })),
  ),
  row(
    'something after the token',
    'TOKEN_MALFORMED',
    sent((token) => ({ authorization: [`Bearer ${token} admin`] })),
  ),
  row(
    'a second token after a space',
    'TOKEN_MALFORMED',
    sent((token, other) => ({ authorization: [`Bearer ${token} ${other}`] })),
  ),
  row(
    'another scheme',
    'TOKEN_MISSING',
    sent((token) => ({ authorization: [`Basic ${token}`] })),
  ),
  row(
    'no scheme',
    'TOKEN_MISSING',
    sent((token) => ({ authorization: [token] })),
  ),
  row(
    'the scheme twice',
    'TOKEN_MALFORMED',
    sent((token) => ({ authorization: [`Bearer Bearer ${token}`] })),
  ),
  row(
    'no token',
    'TOKEN_MALFORMED',
    sent(() => ({ authorization: ['Bearer'] })),
  ),
  row(
    'nothing at all',
    'TOKEN_MISSING',
    sent(() => ({ authorization: [] })),
  ),
  httpRow(
    'query and header',
    'CREDENTIAL_AMBIGUOUS',
    sent((token) => ({ authorization: [`Bearer ${token}`], query: [token] })),
  ),
  httpRow(
    'query and header, another token in the query',
    'CREDENTIAL_AMBIGUOUS',
    sent((token, other) => ({ authorization: [`Bearer ${token}`], query: [other] })),
  ),
  httpRow(
    'query alone',
    'TOKEN_MISSING',
    sent((token) => ({ authorization: [], query: [token] })),
  ),
];
