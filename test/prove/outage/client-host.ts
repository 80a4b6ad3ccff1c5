// A process with nothing in it but token clients, each asked for a token without a pause.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clientSecret,
  createTokenClient,
  grpcTransport,
  httpTransport,
  type AccessToken,
  type TokenClient,
} from '@mintmark/client';
import { host } from '../hosted-process.ts';

interface ClientSettings {
  readonly group: string;
  readonly protocol: 'http' | 'grpc';
  readonly port: number;
  readonly secretFile: string;
  readonly timeScale: number;
}

export interface GroupReport {
  readonly clients: number;
  readonly calls: number;
  readonly errors: readonly string[];
  readonly failedRenewals: number;
  /** Nominal seconds that were left of the token handed out closest to its end. */
  readonly leastLifeSeconds: number;
  /** Clients whose token is one they were not given before {@link mark}. */
  readonly renewedSinceMark: number;
}

/** Nominal: often enough that a token's last seconds are used. */
const CALLS_EVERY_SECONDS = 3;

const users: User[] = [];

host({
  add: (settings: ClientSettings): Promise<unknown> => {
    const user = new User(settings);
    users.push(user);
    return user.start();
  },
  mark: (): void => users.forEach((user) => user.mark()),
  report: (group: string): GroupReport => {
    const members = users.filter((user) => user.group === group);
    return {
      clients: members.length,
      calls: sum(members.map(({ calls }) => calls)),
      errors: members.flatMap(({ errors }) => errors),
      failedRenewals: sum(members.map(({ failedRenewals }) => failedRenewals)),
      leastLifeSeconds: Math.min(...members.map(({ leastLife }) => leastLife)),
      renewedSinceMark: members.filter(({ renewed }) => renewed).length,
    };
  },
});

class User {
  readonly group: string;
  readonly errors: string[] = [];
  calls = 0;
  failedRenewals = 0;
  leastLife = Infinity;
  readonly #client: TokenClient;
  readonly #timeScale: number;
  #last: AccessToken | undefined;
  #marked: string | undefined;

  constructor({ group, protocol, port, secretFile, timeScale }: ClientSettings) {
    this.group = group;
    this.#timeScale = timeScale;
    this.#client = createTokenClient({
      transport: protocol === 'http' ? overHttp(port) : overGrpc(port, timeScale),
      identity: clientSecret({ clientId: 'orders', secret: { file: secretFile } }),
      timeScale,
      retries: 0, // what is counted is single attempts
      timeoutSeconds: 1, // real time, whatever the scale: as short as a busy machine allows
      onRenewalFailed: () => (this.failedRenewals += 1),
    });
  }

  get renewed(): boolean {
    return this.#last !== undefined && this.#last.value !== this.#marked;
  }

  mark(): void {
    this.#marked = this.#last?.value;
  }

  /** The first token must come; after that, whatever happens is counted. */
  async start(): Promise<void> {
    for (let attempt = 1; !this.#last; attempt += 1) {
      try {
        this.#last = await this.#client.token({ audience: 'inventory' });
      } catch (error) {
        if (attempt === 10) throw error;
        await sleep(100);
      }
    }
    void this.#use();
  }

  async #use(): Promise<void> {
    for (;;) {
      await sleep((CALLS_EVERY_SECONDS * 1000) / this.#timeScale);
      this.calls += 1;
      try {
        this.#last = await this.#client.token({ audience: 'inventory' });
        this.leastLife = Math.min(this.leastLife, this.#lifeOf(this.#last));
      } catch (error) {
        this.errors.push(error instanceof Error ? error.message : String(error));
      }
    }
  }

  #lifeOf({ expiresAt }: AccessToken): number {
    return ((expiresAt.getTime() - Date.now()) / 1000) * this.#timeScale;
  }
}

function overHttp(port: number) {
  return httpTransport({ tokenEndpoint: `http://127.0.0.1:${port}/oauth2/token` });
}

/** A channel's own pauses between connection attempts are real time too. */
function overGrpc(port: number, timeScale: number) {
  const channelOptions = {
    'grpc.initial_reconnect_backoff_ms': Math.ceil(500 / timeScale),
    'grpc.max_reconnect_backoff_ms': Math.ceil(5_000 / timeScale),
  };
  return grpcTransport({ address: `127.0.0.1:${port}`, channelOptions });
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
