import type { ServerResponse } from 'node:http';
import type { PublicJwk } from '@mintmark/jws';
import type { TestKey, TestKeySet } from '@mintmark/testing';

/** What a misbehaving issuer has at hand. */
export interface Material {
  readonly good: TestKeySet;
  /** A key that must never be trusted; each key set that has to be refused holds it. */
  readonly intruder: TestKey;
  /** Where a redirect leads: there, a key set with the intruder is served. */
  readonly elsewhere: string;
}

export interface Misbehaviour {
  readonly name: string;
  /** Absent: nothing listens any more. */
  readonly answer?: (response: ServerResponse, material: Material) => void;
}

/** Every way in which the issuer fails. */
export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  { name: 'stopped: connection refused' },
  { name: 'failing: 500', answer: (response) => void response.writeHead(500).end('{}') },
  { name: 'hanging: accepts, never answers', answer: () => undefined },
  { name: 'dripping: a byte each 100 ms', answer: drip },
  { name: 'headers without end: a line each 100 ms', answer: trickle('HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n') },
  { name: 'interim answers without end: 102', answer: trickle('', 'HTTP/1.1 102 Processing\r\n\r\n') },
  {
    name: 'another protocol: 101',
    answer: trickle('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
  },
  { name: 'cut off in mid-body', answer: cutOff },
  {
    name: 'redirecting: 302',
    answer: (response, { elsewhere }) => void response.writeHead(302, { location: elsewhere }).end(),
  },
  { name: 'an empty key set', answer: serve(() => ({ keys: [] })) },
  { name: 'garbage: HTML with status 200', answer: serve(() => '<!doctype html><title>Sign in</title>') },
  {
    name: 'a private key in the set',
    answer: serve(({ good, intruder }) => ({
      ...next(good),
      keys: [...good.keys, { ...intruder.jwk, ...intruder.privateKey.export({ format: 'jwk' }) }],
    })),
  },
  {
    name: 'an oversized body: 300 KiB',
    answer: serve(({ good, intruder }) => ({ ...withIntruder(good, intruder), padding: 'x'.repeat(300 * 1024) })),
  },
  {
    name: 'a kid twice, with two keys',
    answer: serve(({ good, intruder }) => ({
      ...next(good),
      keys: [...good.keys, intruder.jwk, { ...intruder.jwk, kid: good.keys[0]?.kid }],
    })),
  },
  {
    name: 'the member "keys" twice',
    answer: serve(
      ({ good, intruder }) =>
        `{"epoch":1,"version":99,"keys":${JSON.stringify(good.keys)},"keys":${JSON.stringify([intruder.jwk])}}`,
    ),
  },
  {
    name: 'an older set, replayed',
    answer: serve(({ good, intruder }) => ({ ...withIntruder(good, intruder), epoch: good.epoch - 1 })),
  },
];

export function misbehaviour(name: string): Misbehaviour {
  const found = MISBEHAVIOURS.find((each) => each.name.startsWith(name));
  if (!found) throw new Error(`no misbehaviour is called ${name}`);
  return found;
}

function serve(content: (material: Material) => object | string): NonNullable<Misbehaviour['answer']> {
  return (response, material) => {
    const body = content(material);
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** What a renewed set would look like: only its defect can be the reason to refuse it. */
function next(good: TestKeySet): TestKeySet {
  return { ...good, version: good.version + 1 };
}

export function withIntruder(good: TestKeySet, { jwk }: { readonly jwk: PublicJwk }): TestKeySet {
  return { ...next(good), keys: [...good.keys, jwk] };
}

function drip(response: ServerResponse, { good, intruder }: Material): void {
  const body = JSON.stringify(withIntruder(good, intruder));
  response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'content-length': body.length });
  let sent = 0;
  const timer = setInterval(() => response.write(body[sent++] ?? ''), 100);
  response.once('close', () => clearInterval(timer));
}

/** Past the HTTP of this server, which knows no such answers. */
function trickle(start: string, more = ''): NonNullable<Misbehaviour['answer']> {
  return ({ socket }) => {
    socket?.write(start);
    const timer = setInterval(() => socket?.write(more), 100);
    socket?.once('close', () => clearInterval(timer));
  };
}

function cutOff(response: ServerResponse, { good, intruder }: Material): void {
  const body = JSON.stringify(withIntruder(good, intruder));
  response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'content-length': body.length });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}
