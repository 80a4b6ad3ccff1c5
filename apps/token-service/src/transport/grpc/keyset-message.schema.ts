import type { PackageDefinition } from '@grpc/proto-loader';
import type { KeySet, KeySetEvent, WatchRequest__Output } from '@mintmark/proto';
import type { PublishedKeySet } from '../../core/keys/distribution/key-set-document.ts';
import type { WatchEvent } from '../../core/keys/distribution/watch/watch-event.ts';
import type { WatchStream } from '../../core/keys/distribution/watch/watch-stream.ts';
import type { KeySetIdentity } from '../../core/model/verifier-evidence.ts';
import type { RevocationNews } from '../../core/ports/announcements.ts';

export const KEYSET_SERVICE = 'mintmark.keyset.v1.KeySetService';

/** Hands what a client said to its stream. */
export function hear(stream: WatchStream, { hello, acknowledgement, goodbye }: WatchRequest__Output): void {
  if (hello) stream.hello({ instance: hello.instanceId, process: hello.processId, resource: hello.resource });
  else if (acknowledgement) stream.acknowledge(acknowledgement);
  else if (goodbye) stream.goodbye();
  else stream.unintelligible();
}

export function keySetMessage({ body, etag, asOf }: PublishedKeySet): KeySet {
  const { epoch, version } = JSON.parse(body) as { epoch: number; version: number };
  return documentMessage({ body, epoch, version, digest: etag.slice(1, -1) }, asOf);
}

const messages = new WeakMap<WatchEvent, KeySetEvent>();

/** The same message for every stream that is told of the event. */
export function eventMessage(event: WatchEvent): KeySetEvent {
  let message = messages.get(event);
  if (!message)
    messages.set(event, (message = { sequence: event.sequence, asOf: event.asOf.getTime(), ...newsOf(event) }));
  return message;
}

const bytes = new WeakMap<object, Buffer>();

/** Puts one message into bytes once, however many streams it goes to. */
export function encodeEventsOnce(definition: PackageDefinition): void {
  const service = definition[KEYSET_SERVICE];
  const method = service && !('format' in service) ? service['WatchKeySet'] : undefined;
  if (!method) return;
  const encode = method.responseSerialize;
  method.responseSerialize = (message: object) => {
    let encoded = bytes.get(message);
    if (!encoded) bytes.set(message, (encoded = encode(message)));
    return encoded;
  };
}

function newsOf(event: WatchEvent): Pick<KeySetEvent, 'keySet' | 'heartbeat' | 'revocations'> {
  switch (event.kind) {
    case 'key-set':
      return { keySet: documentMessage(event.set, event.asOf) };
    case 'heartbeat':
      return { heartbeat: { ...event.set } };
    case 'revocations':
      return { revocations: revocationsMessage(event.news) };
  }
}

function documentMessage(set: KeySetIdentity & { readonly body: string }, asOf: Date): KeySet {
  const { body, epoch, version, digest } = set;
  return { document: Buffer.from(body), epoch, version, digest, asOf: asOf.getTime() };
}

function revocationsMessage({ revocations, ...feed }: RevocationNews): NonNullable<KeySetEvent['revocations']> {
  return { ...feed, revocations: revocations.map((each) => ({ ...each, until: each.until.getTime() })) };
}
