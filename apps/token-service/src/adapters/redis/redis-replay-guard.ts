import { createClient } from '@redis/client';
import type { Clock } from '../../core/ports/clock.ts';
import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';

interface Options {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  /** How far any clock may be off, in seconds. */
  readonly clockErrorSeconds: number;
  readonly onError: (error: unknown) => void;
}

const PREFIX = 'mintmark:used:';

/** Says since when this Redis remembers. It has no end, so it is gone only with all the rest. */
const MEMORY_BEGINS = 'mintmark:used-since';

const TIMEOUT_MILLISECONDS = 1_000;

/**
 * Remembers uses in the Redis that all replicas share. A Redis that has lost its memory, in a restart or by mistake, is told by
 * the mark it no longer has; what may have been used before that is then not decided.
 */
export class RedisReplayGuard implements ReplayGuard {
  readonly #options: Options;
  /**
   * The client that issued it may be ahead, the replica that took it too, and the one that set the mark behind: by so much may
   * something used before the mark seem to be newer.
   */
  readonly #marginMilliseconds: number;
  #client: RedisClient;
  #evicts = false;

  private constructor(options: Options) {
    this.#options = options;
    this.#marginMilliseconds = 3 * options.clockErrorSeconds * 1000;
    this.#client = this.#connect();
  }

  /** Returns at once: the service starts without Redis, and says that it cannot decide until it is there. */
  static open(options: Options): RedisReplayGuard {
    return new RedisReplayGuard(options);
  }

  async claim(use: OneTimeUse): Promise<boolean> {
    if (this.#evicts) throw unreachable('Redis evicts keys before their time: set maxmemory-policy to noeviction');
    const { begins, first } = await this.#ask(use);
    if (use.issuedAt.getTime() < begins + this.#marginMilliseconds) {
      throw new ReplayGuardError('issued-before-guard', 'issued before what Redis remembers');
    }
    return first;
  }

  async close(): Promise<void> {
    if (this.#client.isReady) await this.#client.close();
    else this.#client.destroy();
  }

  /** All in one transaction, so that no memory is lost between looking at the mark and remembering. */
  async #ask({ key, forgetAt }: OneTimeUse): Promise<{ readonly begins: number; readonly first: boolean }> {
    const client = this.#client;
    // A transaction would wait for a connection, however long it takes.
    if (!client.isReady) throw unreachable('Redis is not connected');
    const now = this.#options.clock.now().getTime();
    const expiration = { type: 'PX', value: Math.max(1, forgetAt.getTime() - now) } as const;
    const answer = client
      .multi()
      .set(MEMORY_BEGINS, String(now), { condition: 'NX' })
      .get(MEMORY_BEGINS)
      .set(`${PREFIX}${key}`, '1', { condition: 'NX', expiration })
      .exec();
    const [, begins, first] = await within(TIMEOUT_MILLISECONDS, answer).catch((cause: unknown) => {
      if (cause === TOO_LATE) this.#abandon(client);
      throw unreachable('Redis did not take the use', cause);
    });
    return { begins: Number(begins), first: (first as unknown) === 'OK' };
  }

  #connect(): RedisClient {
    const { url, onError } = this.#options;
    const client = clientOf(url);
    client.on('error', onError);
    client.on('ready', () => void this.#prepare(client).catch(onError));
    // Fails only where it was destroyed meanwhile: it tries again and again by itself.
    client.connect().catch(() => undefined);
    return client;
  }

  /** A connection that gives no answer would go on collecting questions. */
  #abandon(client: RedisClient): void {
    if (client !== this.#client) return;
    client.destroy();
    this.#client = this.#connect();
  }

  /** Sets the mark, so that the time it takes begins before the first use, and looks at what Redis does when memory is short. */
  async #prepare(client: RedisClient): Promise<void> {
    await client.set(MEMORY_BEGINS, String(this.#options.clock.now().getTime()), { condition: 'NX' });
    const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1];
    this.#evicts = policy !== undefined && policy !== 'noeviction';
    if (this.#evicts) throw unreachable(`Redis evicts keys (maxmemory-policy ${policy}): set it to noeviction`);
  }
}

type RedisClient = ReturnType<typeof clientOf>;

/** Commands fail at once while there is no connection: whoever asks for a token must not wait for one. */
function clientOf(url: string) {
  const socket = { connectTimeout: TIMEOUT_MILLISECONDS, reconnectStrategy: reconnectAfter };
  return createClient({ url, socket, disableOfflineQueue: true });
}

const TOO_LATE = new Error('no answer in time');

/** Waits that long and no longer. */
async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(TOO_LATE), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reconnectAfter(retries: number): number {
  return Math.min(50 * 2 ** retries, 2_000);
}

function unreachable(message: string, cause?: unknown): ReplayGuardError {
  return new ReplayGuardError('guard-unreachable', message, { cause });
}
