import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { detailsOf, loadProto, type InventoryServiceClient } from '@mintmark/proto';
import type { ServiceProcess } from '../service-process.ts';

interface HttpAnswer {
  readonly caller?: string;
  readonly code?: string;
}

/** Calls the sample over HTTP and gRPC and says in a few words how each ended. */
export class InventoryCalls {
  readonly #base: string;
  readonly #grpc: InventoryServiceClient;

  constructor({ ready }: ServiceProcess) {
    this.#base = `http://${ready.http}`;
    const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
    this.#grpc = new InventoryService(ready.grpc, credentials.createInsecure());
  }

  httpList(token?: string): Promise<string> {
    return this.#http('/stock', { method: 'GET' }, token);
  }

  httpReserve(token?: string): Promise<string> {
    const body = JSON.stringify({ quantity: 1 });
    return this.#http('/stock/rope/reservations', { method: 'POST', body }, token);
  }

  grpcList(token?: string): Promise<string> {
    return unary((done) => this.#grpc.listStock({}, bearer(token), deadline(), done));
  }

  grpcReserve(token?: string): Promise<string> {
    const request = { sku: 'rope', quantity: 1 };
    return unary((done) => this.#grpc.reserveStock(request, bearer(token), deadline(), done));
  }

  /** Reads so many messages of the stream, then hangs up. */
  grpcWatch(token: string | undefined, messages: number): Promise<string> {
    return new Promise((resolve) => {
      const stream = this.#grpc.watchStock({}, bearer(token), deadline());
      let seen = 0;
      stream.on('data', () => {
        seen += 1;
        if (seen < messages) return;
        resolve(`ok, ${seen} levels`);
        stream.cancel();
      });
      stream.on('error', (error: ServiceError) => resolve(describe(error)));
      stream.on('end', () => resolve(`ended after ${seen} levels`));
    });
  }

  close(): void {
    this.#grpc.close();
  }

  async #http(path: string, init: RequestInit, token?: string): Promise<string> {
    const headers = {
      ...(init.body ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(`${this.#base}${path}`, { ...init, headers, signal: AbortSignal.timeout(5_000) });
    const answer = (await response.json()) as HttpAnswer;
    return response.ok ? `ok, caller ${answer.caller}` : `${response.status} ${answer.code}`;
  }
}

function unary(
  call: (done: (error: ServiceError | null, answer?: { caller: string }) => void) => void,
): Promise<string> {
  return new Promise((resolve) =>
    call((error, answer) => resolve(error ? describe(error) : `ok, caller ${answer?.caller}`)),
  );
}

function describe(error: ServiceError): string {
  return `${status[error.code]} ${detailsOf(error.metadata)?.reason ?? error.details}`;
}

function bearer(token?: string): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + 5_000 };
}
