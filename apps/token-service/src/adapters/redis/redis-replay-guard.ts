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

/** Says since when this run of Redis remembers. */
const MEMORY_BEGINS = 'mintmark:used-since:';

/** What is left of a run that is over. While there is one it is put off again and again; if it is not, a new mark does no harm. */
const MARK_LASTS_SECONDS = 86_400;

const CONNECT_MILLISECONDS = 1_000;

/** On a connection that says nothing for so long nobody is at the other end: it is examined more often than that. */
const SILENCE_MILLISECONDS = 5_000;

/** What a connection leads to. */
interface Memory {
  readonly mark: string;
  /** The client counts them. */
  readonly connection: number;
}

/**
 * Remembers uses in the Redis that all replicas share. A Redis that was started again, or that takes over from another, may lack the
 * last uses whatever it has kept on disk or been sent: so each run has a mark of its own, and what may have been used before that
 * is not decided. One that has lost its memory by mistake has lost the mark too.
 */
export class RedisReplayGuard implements ReplayGuard {
  readonly #options: Options;
  /**
   * The client that issued it may be ahead, the replica that took it too, and the one that set the mark behind: by so much may
   * something used before the mark seem to be newer.
   */
  readonly #marginMilliseconds: number;
  #client: RedisClient;
  /** Absent: not known, or not to be relied on. */
  #memory: Memory | undefined;

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
    const { begins, first } = await this.#ask(use);
    if (use.issuedAt.getTime() < begins + this.#marginMilliseconds) {
      throw new ReplayGuardError('issued-before-guard', 'issued before what Redis remembers');
    }
    return first;
  }

  /** Looks again at what Redis is, and does when memory is short; to be called now and then. */
  examine(): Promise<void> {
    const client = this.#client;
    return client.isReady ? this.#examine(client) : Promise.resolve();
  }

  /** A connection that gives no answer would go on collecting questions. */
  reconnect(): void {
    this.#client.destroy();
    this.#memory = undefined;
    this.#client = this.#connect();
  }

  /** At once: nobody waits for an answer any more, and a Redis that hangs would never give it. */
  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  /** All in one transaction, so that no memory is lost between looking at the mark and remembering. */
  async #ask({ key, forgetAt }: OneTimeUse): Promise<{ readonly begins: number; readonly first: boolean }> {
    const client = this.#client;
    // A transaction would wait for a connection, however long it takes; and the next one may lead to another Redis.
    if (!client.isReady) throw unreachable('Redis is not connected');
    if (this.#memory?.connection !== client.socketEpoch) throw unreachable('Redis is not known to remember');
    const { mark } = this.#memory;
    const now = this.#options.clock.now().getTime();
    const expiration = { type: 'PX', value: Math.max(1, forgetAt.getTime() - now) } as const;
    const answer = client
      .multi()
      .set(mark, String(now), { condition: 'NX', expiration: MARK_LASTS })
      .get(mark)
      .set(`${PREFIX}${key}`, '1', { condition: 'NX', expiration })
      .exec();
    const [, begins, first] = await answer.catch((cause: unknown) => {
      throw unreachable('Redis did not take the use', cause);
    });
    return { begins: Number(begins), first: (first as unknown) === 'OK' };
  }

  #connect(): RedisClient {
    const { url, onError } = this.#options;
    const client = clientOf(url);
    client.on('error', onError);
    client.on('ready', () => void this.#examine(client));
    // Fails only where it was destroyed meanwhile: it tries again and again by itself.
    client.connect().catch(() => undefined);
    return client;
  }

  async #examine(client: RedisClient): Promise<void> {
    try {
      const memory = await this.#mark(client);
      if (client === this.#client) this.#memory = memory;
    } catch (error) {
      if (client !== this.#client) return;
      this.#memory = undefined;
      this.#options.onError(error);
    }
  }

  /** Sets the mark, so that the time it takes begins before the first use. */
  async #mark(client: RedisClient): Promise<Memory> {
    const connection = client.socketEpoch;
    const mark = MEMORY_BEGINS + runIn(await informationOf(client));
    const now = String(this.#options.clock.now().getTime());
    const marked = client
      .multi()
      .set(mark, now, { condition: 'NX', expiration: MARK_LASTS })
      .expire(mark, MARK_LASTS_SECONDS);
    await marked.exec();
    return { mark, connection };
  }
}

const MARK_LASTS = { type: 'EX', value: MARK_LASTS_SECONDS } as const;

type RedisClient = ReturnType<typeof clientOf>;

/** Commands fail at once while there is no connection: whoever asks for a token must not wait for one. */
function clientOf(url: string) {
  const socket = {
    connectTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENCE_MILLISECONDS,
    reconnectStrategy: reconnectAfter,
  };
  return createClient({ url, socket, disableOfflineQueue: true });
}

function reconnectAfter(retries: number): number {
  return Math.min(50 * 2 ** retries, 2_000);
}

async function informationOf(client: RedisClient): Promise<string> {
  try {
    return await client.info();
  } catch (cause) {
    throw unreachable('Redis does not answer INFO, by which it is known when it was started again', cause);
  }
}

/**
 * Names a memory that has had no gap: it ends with the process and, in a process that becomes a replica and takes over again, with its
 * history of replication.
 */
function runIn(information: string): string {
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(information)?.[1];
  const policy = field('maxmemory_policy');
  if (policy !== 'noeviction') {
    throw unreachable(`Redis evicts keys before their time (maxmemory-policy ${policy}): set it to noeviction`);
  }
  const [run, history] = [field('run_id'), field('master_replid')];
  if (!run || !history) throw unreachable('Redis does not say which run of it this is (run_id, master_replid in INFO)');
  return `${run}:${history}`;
}

function unreachable(message: string, cause?: unknown): ReplayGuardError {
  return new ReplayGuardError('guard-unreachable', message, { cause });
}
