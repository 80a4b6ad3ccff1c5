import { Server, ServerCredentials, type handleUnaryCall, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { loadProto, type ListStockResponse } from '@mintmark/proto';

export interface ResourceDouble {
  readonly address: string;
  readonly received: Metadata[];
  respond: (metadata: Metadata, call: number) => ListStockResponse | StatusObject;
  close(): void;
}

/** The sample inventory on a free loopback port; records the metadata of each call to ListStock. */
export async function resourceDouble(credentials = ServerCredentials.createInsecure()): Promise<ResourceDouble> {
  const double: Pick<ResourceDouble, 'received' | 'respond'> = { received: [], respond: () => ({}) };
  const server = new Server();
  const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
  const unused = () => undefined;
  server.addService(InventoryService.service, {
    ListStock: ((call, callback) => {
      double.received.push(call.metadata);
      const answer = double.respond(call.metadata, double.received.length);
      if ('code' in answer) callback(answer);
      else callback(null, answer);
    }) satisfies handleUnaryCall<object, ListStockResponse>,
    ReserveStock: unused,
    WatchStock: unused,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return Object.assign(double, { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() });
}
