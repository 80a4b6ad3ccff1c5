import { claimsIn, clientAssertion, hmacWithPublicKey, unsigned, type AssertionParts } from '../assertions.ts';
import { bearing, ok, refused, malformed, replayed, type Case, type Scene } from './case.ts';

export const ofKeyed = ({ world }: Scene, parts?: AssertionParts, key = world.keys.own, clientId = 'keyed') =>
  clientAssertion(key, { clientId, issuer: world.issuer }, parts);
export const keyed = (make: (scene: Scene) => string) => (scene: Scene) => bearing(make(scene));
const ofFetched = (scene: Scene, parts?: AssertionParts, key = scene.world.keys.fetched) =>
  ofKeyed(scene, parts, key, 'fetched');
const KEYED = 'private_key_jwt';
const FETCHED = 'private_key_jwt (jwksUri)';

export const OWN_KEYS: readonly Case[] = [
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene)),
    'ES256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.rsa)),
    'RS256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.pss)),
    'PS256',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.ed)),
    'EdDSA',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, { header: { typ: 'JWT' } })),
    'typ JWT',
  ),
  ok(
    KEYED,
    keyed((scene) => ofKeyed(scene, { claims: { aud: [scene.world.issuer] } })),
    'aud a list of one',
  ),
  refused(
    KEYED,
    'expired',
    'expired',
    keyed((scene) => ofKeyed(scene, { now: Date.now() - 75_000 })),
  ),
  refused(
    KEYED,
    'from the future',
    'not-yet-valid',
    keyed((scene) => ofKeyed(scene, { now: Date.now() + 15_000 })),
  ),
  refused(
    KEYED,
    'lives an hour',
    'lives-too-long',
    keyed((scene) => ofKeyed(scene, { claims: { exp: Math.floor(Date.now() / 1000) + 3_600 } })),
  ),
  refused(
    KEYED,
    'wrong aud',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: 'https://other.internal' } })),
  ),
  refused(
    KEYED,
    'aud with a second member',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: [scene.world.issuer, 'https://other.internal'] } })),
  ),
  refused(
    KEYED,
    'token endpoint as aud',
    'audience-wrong',
    keyed((scene) => ofKeyed(scene, { claims: { aud: `${scene.world.issuer}/oauth2/token` } })),
  ),
  refused(
    KEYED,
    "other client's key",
    'key-unknown',
    keyed((scene) => ofKeyed(scene, {}, scene.world.keys.billing)),
  ),
  refused(
    KEYED,
    "other client's key under its own kid",
    'signature-wrong',
    keyed((scene) => ofKeyed(scene, { header: { kid: scene.world.keys.own.jwk.kid } }, scene.world.keys.billing)),
  ),
  refused(
    KEYED,
    'sub of another client',
    'subject-differs',
    keyed((scene) => ofKeyed(scene, { claims: { sub: 'billing' } })),
  ),
  refused(
    KEYED,
    'an unknown client',
    'client-unknown',
    keyed((scene) => ofKeyed(scene, {}, undefined, 'nobody')),
  ),
  refused(
    KEYED,
    'a disabled client',
    'client-disabled',
    keyed((scene) => ofKeyed(scene, {}, undefined, 'closed-keyed')),
  ),
  refused(KEYED, 'client_id of another client', 'client-id-differs', (scene) => ({
    ...bearing(ofKeyed(scene)),
    clientId: 'billing',
  })),
  refused(
    KEYED,
    'no jti',
    'jti-missing',
    keyed((scene) => ofKeyed(scene, { claims: { jti: undefined } })),
  ),
  malformed(
    KEYED,
    'alg none',
    keyed((scene) => unsigned({}, claimsIn(ofKeyed(scene)))),
  ),
  refused(
    KEYED,
    'alg none, with a signature',
    'algorithm-forbidden',
    keyed((scene) => ofKeyed(scene, { header: { alg: 'none' } })),
  ),
  refused(
    KEYED,
    'HS256 under the public key',
    'algorithm-forbidden',
    keyed((scene) => hmacWithPublicKey(scene.world.keys.own, {}, claimsIn(ofKeyed(scene)))),
  ),
  refused(
    KEYED,
    'a key in the header',
    'header-forbidden',
    keyed((scene) => ofKeyed(scene, { header: { jwk: scene.world.keys.own.jwk } })),
  ),
  refused(
    KEYED,
    'an access token',
    'type-wrong',
    keyed((scene) => ofKeyed(scene, { header: { typ: 'at+jwt' } })),
  ),
  malformed(
    KEYED,
    'oversized',
    keyed((scene) => ofKeyed(scene, { claims: { more: 'x'.repeat(8_192) } })),
  ),
  replayed(
    KEYED,
    keyed((scene) => ofKeyed(scene)),
  ),
  ok(
    FETCHED,
    keyed((scene) => ofFetched(scene)),
  ),
  ok(
    FETCHED,
    keyed((scene) => ofFetched(scene, { header: { kid: undefined } })),
    'no kid',
  ),
  refused(
    FETCHED,
    "other client's key",
    'key-unknown',
    keyed((scene) => ofFetched(scene, {}, scene.world.keys.own)),
  ),
  refused(
    FETCHED,
    "other client's key under its own kid",
    'signature-wrong',
    keyed((scene) => ofFetched(scene, { header: { kid: scene.world.keys.fetched.jwk.kid } }, scene.world.keys.own)),
  ),
  refused(
    FETCHED,
    "other client's key, no kid",
    'signature-wrong',
    keyed((scene) => ofFetched(scene, { header: { kid: undefined } }, scene.world.keys.own)),
  ),
  replayed(
    FETCHED,
    keyed((scene) => ofFetched(scene)),
  ),
  malformed(KEYED, 'a SAML assertion', (scene) => ({
    assertion: { type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer', value: ofKeyed(scene) },
  })),
];
