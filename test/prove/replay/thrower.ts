import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import type { Replica } from '../../cluster/replica.ts';
import { ASSERTION_TYPE, clientAssertion, type AssertionKey } from '../../clients/assertions.ts';

interface Target {
  readonly replicas: readonly Replica[];
  readonly issuer: string;
  readonly clientId: string;
  readonly key: AssertionKey;
}

/** What came of every assertion that was thrown. */
export interface Thrown {
  readonly assertions: number;
  readonly requests: number;
  readonly acceptedOnce: number;
  readonly acceptedTwice: number;
  /** Accepted by none at first, because they could not tell. */
  readonly undecided: number;
  /** By code; `lost`: no answer, because the replica was killed. */
  readonly answers: ReadonlyMap<string, number>;
}

/** How often it was accepted at first, and when it comes once more. */
interface First {
  readonly accepted: number;
  readonly when: readonly [number, number];
}

/** Assertions under way at a time. */
const AT_ONCE = 24;
/** When an assertion comes once more, in milliseconds: long after, and still within its life. */
const LATE = [300, 4_000] as const;
/** One in so many is short-lived, in seconds, and comes once more when it ends, by one clock or another. */
const ENDING_EVERY = 50;
const SHORT_LIFE = 5;
const ENDING = [4_000, 15_000] as const;
/** What a client waits that was told to come again, in milliseconds. */
const WAIT = 250;

/** Throws each assertion at all replicas at once, and later at one of them again. */
export class Thrower {
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #answers = new Map<string, number>();
  #requests = 0;
  #once = 0;
  #twice = 0;
  #undecided = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async throw(assertions: number): Promise<Thrown> {
    let left = assertions;
    const late: Promise<void>[] = [];
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const ends = left % ENDING_EVERY === 0;
        const { value, accepted } = await this.#first(ends ? SHORT_LIFE : 60);
        late.push(this.#later(value, { accepted, when: ends ? ENDING : LATE }));
        // A bounded tail: each late one is short, but there are many.
        if (late.length > 5_000) await Promise.all(late.splice(0));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await Promise.all(late);
    this.#agent.destroy();
    return {
      ...{ assertions, requests: this.#requests, answers: this.#answers },
      ...{ acceptedOnce: this.#once, acceptedTwice: this.#twice, undecided: this.#undecided },
    };
  }

  async #first(lives: number): Promise<{ value: string; accepted: number }> {
    const { key, clientId, issuer, replicas } = this.#target;
    const exp = Math.floor(Date.now() / 1000) + lives;
    const value = clientAssertion(key, { clientId, issuer }, { claims: { exp } });
    const codes = await Promise.all(replicas.map((replica) => this.#send(replica, value)));
    const accepted = codes.filter((code) => code === 'OK').length;
    if (accepted === 0 && codes.includes('REPLAY_GUARD_UNAVAILABLE')) {
      this.#undecided += 1;
      await delay(WAIT);
    }
    return { value, accepted };
  }

  async #later(value: string, { accepted: before, when }: First): Promise<void> {
    const [soonest, latest] = when;
    await delay(soonest + Math.random() * (latest - soonest));
    const { replicas } = this.#target;
    const replica = replicas[Math.floor(Math.random() * replicas.length)];
    const code = replica && (await this.#send(replica, value));
    const accepted = before + (code === 'OK' ? 1 : 0);
    if (accepted > 0) this.#once += 1;
    if (accepted > 1) this.#twice += 1;
  }

  async #send(replica: Replica, assertion: string): Promise<string> {
    this.#requests += 1;
    const code = await this.#ask(replica.httpPort, assertion).catch(() => 'lost');
    this.#answers.set(code, (this.#answers.get(code) ?? 0) + 1);
    return code;
  }

  #ask(port: number, assertion: string): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(form)),
    };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: ROUTES.token, method: 'POST', agent: this.#agent, headers };
      const sent = request({ ...options, timeout: 15_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString()) as { code?: string };
          resolve(response.statusCode === 200 ? 'OK' : (body.code ?? 'no code'));
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(form);
    });
  }
}
