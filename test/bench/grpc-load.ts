import { credentials, Metadata } from '@grpc/grpc-js';
import { loadProto } from '@mintmark/proto';
import { IN_FLIGHT } from './http-load.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { Sample } from './rounds.ts';

const { TokenService } = loadProto('mintmark.token.v1');

export interface GrpcLoad {
  round(amount: number): Promise<Sample>;
  close(): void;
}

/** Calls IssueToken over one channel. A round fails with the first call that does. */
export function grpcLoad(server: MeasuredProcess, address: string, authorization: string): GrpcLoad {
  const client = new TokenService(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', authorization);
  const call = () =>
    new Promise<void>((resolve, reject) => {
      client.IssueToken({ audience: 'inventory' }, metadata, (error) => (error ? reject(error) : resolve()));
    });
  const round = async (amount: number): Promise<Sample> => {
    const cpu = server.cpuMicros();
    const begin = performance.now();
    await inFlight(amount, call);
    const seconds = (performance.now() - begin) / 1000;
    return { cpuMicros: (server.cpuMicros() - cpu) / amount, perSecond: amount / seconds };
  };
  return { round, close: () => client.close() };
}

/** Does `work` `amount` times, {@link IN_FLIGHT} of them at once. */
export async function inFlight(amount: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < amount) await work(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}
