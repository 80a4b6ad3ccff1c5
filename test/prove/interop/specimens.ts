import { setTimeout as sleep } from 'node:timers/promises';
import { newKey } from '@mintmark/testing';
import { joinCompact, signBytes } from '@mintmark/jws';
import { forge } from '../../../scripts/demo/forge.ts';

/** A token to be shown to every verifier. */
export interface Specimen {
  readonly name: string;
  readonly audience: string;
  readonly token: string;
  /** What the reason of the refusal must speak of; absent: to be accepted. */
  readonly refusal?: RegExp;
}

const SIGNATURE = /signature|no key found/i;
const KEY = /signature|key|kid/i;

/** @param request gets a token from the real service */
export async function specimens(request: (audience: string) => Promise<string>): Promise<Specimen[]> {
  const inventory = 'inventory';
  const parcels = await request('parcels');
  const [good, billing] = await Promise.all([request(inventory), request('billing')]);
  await sleep(2_500); // a token for parcels lives one second
  return [
    { name: 'as issued', audience: inventory, token: good },
    { name: 'tampered: one scope more', audience: inventory, token: tampered(good), refusal: SIGNATURE },
    { name: 'expired', audience: 'parcels', token: parcels, refusal: /exp/i },
    { name: 'for another audience', audience: inventory, token: billing, refusal: /aud/i },
    { name: 'signed by another key, same kid', audience: inventory, token: forge(good), refusal: SIGNATURE },
    { name: 'signed by a key not in the set', audience: inventory, token: ofStranger(good), refusal: KEY },
  ];
}

function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scope: string };
  const raised = JSON.stringify({ ...claims, scope: `${claims.scope} stock:destroy` });
  return [header, Buffer.from(raised).toString('base64url'), signature].join('.');
}

function ofStranger(token: string): string {
  const key = newKey('ES256');
  const [, payload] = token.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' })).toString('base64url');
  const input = `${header}.${payload}`;
  return joinCompact(input, signBytes('ES256', key.privateKey, Buffer.from(input)));
}
