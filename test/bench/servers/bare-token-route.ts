// The floor: a Fastify route that reads a form and Basic, compares one secret, signs ES256 (DER, converted) and answers JSON. Nothing else.
import { createHash, generateKeyPairSync, randomBytes, sign, timingSafeEqual } from 'node:crypto';
import { fastify } from 'fastify';
import { ecdsaDerToJose } from '@mintmark/jws';
import { announce, SECRET } from './announce.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const expected = createHash('sha256').update(SECRET).digest();
const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: randomBytes(32).toString('base64url'), typ: 'at+jwt' }));
const encodedHeader = header.toString('base64url');

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(body as string)),
);
app.post('/oauth2/token', (request, reply) => {
  const form = request.body as URLSearchParams;
  const [id = '', secret = ''] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
    .toString()
    .split(':');
  const known = timingSafeEqual(createHash('sha256').update(secret).digest(), expected);
  if (!known || form.get('grant_type') !== 'client_credentials')
    return reply.code(401).send({ error: 'invalid_client' });
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'http://127.0.0.1:4000',
    sub: id,
    client_id: id,
    aud: form.get('audience'),
    scope: 'stock:read stock:reserve',
    iat,
    exp: iat + 900,
    jti: randomBytes(16).toString('base64url'),
  };
  const signingInput = `${encodedHeader}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const signature = ecdsaDerToJose(sign('sha256', Buffer.from(signingInput), privateKey));
  return reply.header('cache-control', 'no-store').send({
    access_token: `${signingInput}.${signature?.toString('base64url')}`,
    token_type: 'Bearer',
    expires_in: 900,
    scope: claims.scope,
  });
});
app.get('/.well-known/jwks.json', (_request, reply) => reply.send(JWKS));
const JWKS = JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })].map(({ d: _, ...jwk }) => jwk) });

await announce(app);
