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
  readonly #client: ReturnType<typeof clientOf>;
  readonly #clock: Pick<Clock, 'now'>;
  /**
   * The client that issued it may be ahead, the replica that took it too, and the one that set the mark behind: by so much may
   * something used before the mark seem to be newer.
   */
  readonly #marginMilliseconds: number;
  #evicts = false;

  private constructor({ url, clock, clockErrorSeconds, onError }: Options) {
    this.#clock = clock;
    this.#marginMilliseconds = 3 * clockErrorSeconds * 1000;
    this.#client = clientOf(url);
    this.#client.on('error', onError);
    this.#client.on('ready', () => void this.#prepare().catch(onError));
  }

  /** Resolves at once: the service starts without Redis, and says that it cannot decide until it is there. */
  static open(options: Options): RedisReplayGuard {
    const guard = new RedisReplayGuard(options);
    void guard.#client.connect().catch(options.onError);
    return guard;
  }

  async claim({ key, issuedAt, forgetAt }: OneTimeUse): Promise<boolean> {
    if (this.#evicts) throw unreachable('Redis evicts keys before their time: set maxmemory-policy to noeviction');
    const now = this.#clock.now().getTime();
    const remembered = Math.max(1, forgetAt.getTime() - now);
    const [, begins, first] = await this.#client
      .multi()
      .set(MEMORY_BEGINS, String(now), { condition: 'NX' })
      .get(MEMORY_BEGINS)
      .set(`${PREFIX}${key}`, '1', { condition: 'NX', expiration: { type: 'PX', value: remembered } })
      .exec()
      .catch((cause: unknown) => {
        throw unreachable('Redis did not take the use', cause);
      });
    if (issuedAt.getTime() < Number(begins) + this.#marginMilliseconds) {
      throw new ReplayGuardError('issued-before-guard', 'issued before what Redis remembers');
    }
    return String(first) === 'OK';
  }

  async close(): Promise<void> {
    if (this.#client.isReady) await this.#client.close();
    else this.#client.destroy();
  }

  /** Sets the mark, so that the time it takes begins before the first use, and looks at what Redis does when memory is short. */
  async #prepare(): Promise<void> {
    await this.#client.set(MEMORY_BEGINS, String(this.#clock.now().getTime()), { condition: 'NX' });
    const policy = /^maxmemory_policy:(\S+)/m.exec(await this.#client.info('memory'))?.[1];
    this.#evicts = policy !== undefined && policy !== 'noeviction';
    if (this.#evicts) throw unreachable(`Redis evicts keys (maxmemory-policy ${policy}): set it to noeviction`);
  }
}

/** Commands fail at once while there is no connection: whoever asks for a token must not wait for one. */
function clientOf(url: string) {
  const socket = { connectTimeout: TIMEOUT_MILLISECONDS, reconnectStrategy: reconnectAfter };
  return createClient({ url, socket, disableOfflineQueue: true, commandOptions: { timeout: TIMEOUT_MILLISECONDS } });
}

function reconnectAfter(retries: number): number {
  return Math.min(50 * 2 ** retries, 2_000);
}

function unreachable(message: string, cause?: unknown): ReplayGuardError {
  return new ReplayGuardError('guard-unreachable', message, { cause });
}
