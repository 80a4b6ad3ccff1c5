import { createHash } from 'node:crypto';
import { credentials, Metadata, type ChannelOptions, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { detailsOf, loadProto, type KeySetEvent__Output, type WatchRequest } from '@mintmark/proto';

const { KeySetService } = loadProto('mintmark.keyset.v1');
export type KeySetClient = InstanceType<typeof KeySetService>;

export function connectKeySet(address: string, options: ChannelOptions = {}): KeySetClient {
  return new KeySetService(address, credentials.createInsecure(), options);
}

/** What tells a raw watcher from others of its name. */
export const PROCESS = 'raw-process';

/** A verifier made of nothing but the wire: it says what a test lets it say. */
export class RawWatcher {
  readonly events: KeySetEvent__Output[] = [];
  readonly call: ClientDuplexStream<WatchRequest, KeySetEvent__Output>;
  /** The code it was refused with; `OK` if it ended in peace. */
  readonly ended: Promise<string>;

  constructor(client: KeySetClient, token?: string) {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    this.call = client.watchKeySet(metadata);
    this.call.on('data', (event: KeySetEvent__Output) => this.events.push(event));
    this.ended = new Promise((resolve) => {
      this.call.on('error', (error: ServiceError) => resolve(detailsOf(error.metadata)?.reason ?? `${error.code}`));
      this.call.on('end', () => resolve('OK'));
    });
  }

  hello(instanceId: string, resource = 'inventory', processId = PROCESS): this {
    this.call.write({ hello: { instanceId, resource, processId } });
    return this;
  }

  acknowledge(epoch: number, version: number, digest: string): this {
    this.call.write({ acknowledgement: { epoch, version, digest } });
    return this;
  }

  /** What it was told of last, as it is. */
  acknowledgeLast(): this {
    const { epoch, version, document } = this.events.findLast(({ keySet }) => keySet)!.keySet!;
    return this.acknowledge(epoch, version, digestOf(document));
  }

  goodbye(): this {
    this.call.write({ goodbye: {} });
    return this;
  }

  /** Resolves once so many events have come. */
  async received(count: number): Promise<readonly KeySetEvent__Output[]> {
    await until(() => this.events.length >= count);
    return this.events;
  }
}

export function digestOf(document: Uint8Array): string {
  return createHash('sha256').update(document).digest('base64url');
}

/** Less than a test may take, so that it fails with a reason. */
const PATIENCE_MS = 50_000;

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await condition())) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`never came about: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
