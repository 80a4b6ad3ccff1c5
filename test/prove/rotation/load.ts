// Tokens asked for at a steady rate, and each one shown to every verifier: at once, in mid-life, and just before it expires.
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ROUTES } from '@mintmark/contract';
import { SAMPLE_CLIENT } from '../../../scripts/sample.ts';
import { basic } from '../../e2e/issuing/ask-for-token.ts';
import type { Opinion, TokenJudge } from './verifiers.ts';

/** Before `exp`, in milliseconds: what a loaded machine may take for a verification. */
const LAST_LOOK_MS = 200;
const LONGEST_REQUEST_MS = 1_000;

export interface Tally {
  looks: number;
  /** How often for which reason; a look that failed is none. */
  readonly undecided: Map<string, number>;
  readonly refused: Map<string, number>;
}

interface Received {
  readonly kid: string;
  /** When it had come at the latest, however late it was looked at: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

export class Load {
  readonly tallies = new Map<string, Tally>();
  readonly received: Received[] = [];
  /** Attempts that brought no token, by reason. */
  readonly failed = new Map<string, number>();
  readonly #issuer: string;
  readonly #authorization: string;
  readonly #judges: readonly TokenJudge[];
  readonly #pending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ issuer, secret, judges }: { issuer: string; secret: string; judges: readonly TokenJudge[] }) {
    this.#issuer = issuer;
    this.#authorization = basic(SAMPLE_CLIENT, secret);
    this.#judges = judges;
    for (const { name } of judges) this.tallies.set(name, { looks: 0, undecided: new Map(), refused: new Map() });
  }

  start(perSecond: number): void {
    this.#timer = setInterval(() => {
      const pending = this.#follow().finally(() => this.#pending.delete(pending));
      this.#pending.add(pending);
    }, 1000 / perSecond);
  }

  /** Resolves when every token has been followed to its end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  async #follow(): Promise<void> {
    const asked = Date.now();
    const token = await this.#ask();
    if (token === undefined) return;
    const at = Date.now();
    this.received.push({ kid: decodeProtectedHeader(token).kid ?? '', at: Math.min(at, asked + LONGEST_REQUEST_MS) });
    const expiresAt = (decodeJwt(token).exp ?? 0) * 1000;
    const last = expiresAt - LAST_LOOK_MS;
    await this.#show(token, expiresAt);
    for (const moment of [at + Math.random() * (last - at), last]) {
      await sleep(Math.max(0, moment - Date.now()));
      await this.#show(token, expiresAt);
    }
  }

  /** One attempt, no retry. */
  async #ask(): Promise<string | undefined> {
    try {
      const response = await fetch(this.#issuer + ROUTES.token, {
        method: 'POST',
        headers: { authorization: this.#authorization },
        body: new URLSearchParams({ grant_type: 'client_credentials', audience: 'inventory' }),
        signal: AbortSignal.timeout(LONGEST_REQUEST_MS),
      });
      const answer = (await response.json()) as { access_token?: string; code?: string };
      if (answer.access_token === undefined) count(this.failed, answer.code ?? String(response.status));
      return answer.access_token;
    } catch {
      count(this.failed, 'no answer');
      return undefined;
    }
  }

  async #show(token: string, expiresAt: number): Promise<void> {
    await Promise.all(this.#judges.map((judge) => this.#look(judge, token, expiresAt)));
  }

  async #look(judge: TokenJudge, token: string, expiresAt: number): Promise<void> {
    const opinion = await judge.judge(token).catch(unable);
    // A look that ended too late says nothing: the token has expired, and ought to be refused.
    if (Date.now() >= expiresAt) return;
    const tally = this.tallies.get(judge.name);
    if (!tally) return;
    tally.looks += 1;
    if (opinion.kind !== 'accepted') count(tally[opinion.kind], opinion.reason);
  }
}

/** A verifier that could not be asked, or could not look, has refused nothing. */
function unable(error: unknown): Opinion {
  return { kind: 'undecided', reason: error instanceof Error ? error.message : String(error) };
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
