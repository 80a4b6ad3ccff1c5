import type { AddressInfo } from 'node:net';

/** The secret that every server of the comparison knows its one client by. */
export const SECRET = 'a-secret-of-256-bits-would-be-just-as-long-1';

interface Listening {
  listen(options: { host: string; port: number }): Promise<unknown>;
  readonly server: { address(): AddressInfo | string | null };
}

/** Listens on a free port and says so in the way our services do. */
export async function announce(app: Listening): Promise<void> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  console.log(JSON.stringify({ msg: 'ready', http: `127.0.0.1:${port}`, grpc: '' }));
}
