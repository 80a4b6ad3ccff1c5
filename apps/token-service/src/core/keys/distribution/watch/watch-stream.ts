import type { RevocationKind } from '@mintmark/contract';
import { RequestError } from '../../../model/errors.ts';
import type { RevocableToken } from '../../../model/revocation.ts';
import type { HeldKeySet, KeySetIdentity, VerifierName } from '../../../model/verifier-evidence.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WatchRefusal } from '../../../ports/watch-observer.ts';
import type { VerifierReports, WatchTiming } from './verifier-reports.ts';
import type { AnnouncedKeySet, WatchEvent, WatchSink } from './watch-event.ts';

/** What a client may say to us over its stream. */
export interface Hello {
  readonly instance: string;
  /** Tells processes apart that bear one name: each counts for itself. */
  readonly process: string;
  readonly resource: string;
}

interface Ports {
  /** That opened the stream. */
  readonly token: RevocableToken;
  readonly sink: WatchSink;
  readonly reports: Pick<VerifierReports, 'heard' | 'left'>;
  readonly clock: Clock;
  readonly timing: WatchTiming;
  /** What the token is revoked with. */
  readonly revokedWith: () => RevocationKind | undefined;
  /** Whether the client operates the resource, now. */
  readonly operates: (resource: string) => boolean;
  readonly findSet: (acknowledged: KeySetIdentity) => AnnouncedKeySet | undefined;
  /** What a verifier that has said who it is gets first. @throws RequestError */
  readonly opening: () => readonly WatchEvent[];
  readonly onRefused: (refusal: WatchRefusal) => void;
  readonly onAcknowledged: () => void;
  /** Once, however it ended. */
  readonly onEnd: () => void;
}

const INSTANCE = /^[A-Za-z0-9._-]{1,64}$/;
const PROCESS = /^[A-Za-z0-9_-]{8,64}$/;

/** Heartbeats that may pass before it says who it is, or takes what it is sent. */
const PATIENCE = 2;

/**
 * Heartbeats for which one that is revoked is still told what there is: with the key that signed their tokens all verifiers are, and
 * it is they who are to hear at once that it is lost.
 */
const FAREWELL = 1 / 30;

/** Acknowledgements for one event: its own, and some that were on their way. */
const MOST_ANSWERS = 8;

/** Revocations that wait for a slow verifier; after that it has to begin anew. */
const MOST_WAITING = 64;

/** One verifier at the other end: what it may say, and how much it is sent at once. */
export class WatchStream {
  readonly #ports: Ports;
  readonly #openedAt: number;
  #verifier: VerifierName | undefined;
  #said: { readonly held: HeldKeySet | undefined; readonly at: Date } | undefined;
  #sendingSince: number | undefined;
  #waiting: WatchEvent[] = [];
  #answers = 0;
  #revokedAt: number | undefined;
  #ended = false;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#openedAt = ports.clock.monotonic();
  }

  hello({ instance, process, resource }: Hello): void {
    if (this.#ended) return;
    const { token, operates, opening } = this.#ports;
    if (this.#verifier) return this.#refuse('misused', misused('hello is said once, and first.'));
    if (!INSTANCE.test(instance)) {
      return this.#refuse('misused', misused('instance_id takes 1 to 64 of A-Z a-z 0-9 . _ -'));
    }
    if (!PROCESS.test(process)) {
      return this.#refuse(
        'misused',
        misused('process_id takes 8 to 64 of A-Z a-z 0-9 _ -: let each process draw its own.'),
      );
    }
    if (this.#isRevoked()) return this.end(revoked());
    if (!operates(resource)) return this.#refuse('resource-denied', denied(token.clientId, resource));
    this.#verifier = { client: token.clientId, resource, instance: `${instance}/${process}` };
    this.#report(undefined);
    this.#attempt(() => opening().forEach((event) => this.offer(event)));
  }

  /** Counts only if it names a set that was published, with its digest: of anything else nothing is believed any more. */
  acknowledge(held: KeySetIdentity): void {
    if (this.#ended) return;
    if (!this.#verifier) return this.#refuse('misused', misused('Say hello first.'));
    if (this.#isRevoked()) return;
    this.#answers += 1;
    if (this.#answers > MOST_ANSWERS) return this.#refuse('limited', limited('More was said than was asked.'));
    const set = this.#ports.findSet(held);
    if (!set) {
      return this.#refuse('acknowledgement-forged', misused('No key set of that version and digest was published.'));
    }
    const { epoch, version, digest, kids } = set;
    this.#ports.onAcknowledged();
    this.#report({ epoch, version, digest, kids });
  }

  goodbye(): void {
    if (this.#ended) return;
    if (this.#verifier) this.#ports.reports.left(this.#verifier);
    this.end();
  }

  unintelligible(): void {
    if (!this.#ended) this.#refuse('misused', misused('Send hello, acknowledgement or goodbye.'));
  }

  /** Sends it, or keeps it while something else is on its way: of key sets and heartbeats only the newest. */
  offer(event: WatchEvent): void {
    if (this.#ended || !this.#verifier) return;
    if (this.#sendingSince === undefined) return this.#send(event);
    if (event.kind === 'key-set') this.#waiting = this.#waiting.filter(({ kind }) => kind === 'revocations');
    else if (event.kind === 'heartbeat') return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) this.#tooSlow();
  }

  get isRevoked(): boolean {
    return this.#revokedAt !== undefined && !this.#ended;
  }

  /** At every heartbeat, and whenever something is revoked: ends what is stuck, silent, or no longer entitled. */
  examine(): void {
    if (this.#ended) return;
    const { clock, timing, token, operates } = this.#ports;
    const patience = PATIENCE * timing.heartbeatSeconds;
    const now = clock.monotonic();
    if (this.#isRevoked()) {
      if (now - this.#revokedAt! >= FAREWELL * timing.heartbeatSeconds) this.end(revoked());
    } else if (!this.#verifier) {
      if (now - this.#openedAt > patience) this.#refuse('silent', misused('Say hello first.'));
    } else if (!operates(this.#verifier.resource)) {
      this.#refuse('resource-denied', denied(token.clientId, this.#verifier.resource));
    } else if (this.#sendingSince !== undefined && now - this.#sendingSince > patience) this.#tooSlow();
  }

  /** @param error what to tell the client; without: nothing is wrong */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ports.sink.end(error);
    this.gone();
  }

  /** It has ended from the other side, or is about to. */
  gone(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting = [];
    this.#ports.onEnd();
  }

  #send(event: WatchEvent): void {
    this.#sendingSince = this.#ports.clock.monotonic();
    this.#answers = 0;
    this.#ports.sink.send(event, () => {
      this.#sendingSince = undefined;
      const next = this.#waiting.shift();
      if (next && !this.#ended) this.#send(next);
    });
  }

  /** Said again and again, it is handed on now and then only. */
  #report(held: HeldKeySet | undefined): void {
    const { reports, clock, timing } = this.#ports;
    const at = clock.now();
    const said = this.#said;
    const age = said ? (at.getTime() - said.at.getTime()) / 1000 : Infinity;
    if (said?.held === held || said?.held?.digest === held?.digest) {
      if (age < timing.rewriteSeconds) return;
    }
    this.#said = { held, at };
    reports.heard({ verifier: this.#verifier!, token: this.#ports.token, held, heardAt: at });
  }

  /** From then on it says nothing that counts. Those whose tokens a lost key has signed are waited for: they are to hear of it. */
  #isRevoked(): boolean {
    if (this.#revokedAt !== undefined) return true;
    const kind = this.#ports.revokedWith();
    if (kind === undefined) return false;
    this.#revokedAt = this.#ports.clock.monotonic();
    this.#ports.onRefused('revoked');
    if (kind !== 'key' && this.#verifier) this.#ports.reports.left(this.#verifier);
    return true;
  }

  #tooSlow(): void {
    this.#refuse('too-slow', limited('What was sent was not taken.'));
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.end(error as Error);
    }
  }

  #refuse(refusal: WatchRefusal, error: RequestError): void {
    this.#ports.onRefused(refusal);
    this.end(error);
  }
}

function misused(message: string): RequestError {
  return new RequestError('WATCH_MISUSED', message);
}

function limited(message: string): RequestError {
  return new RequestError('WATCH_LIMITED', `${message} Poll the key set, and come back later.`);
}

function revoked(): RequestError {
  return new RequestError(
    'WATCH_REVOKED',
    'The token of this stream is revoked, or all of its client or of the key that signed it. Come back with another one.',
  );
}

function denied(client: string, resource: string): RequestError {
  const message =
    'This client does not operate that resource: its operatedBy names another one, or there is no such resource.';
  return new RequestError('WATCH_RESOURCE_DENIED', message, { client, resource });
}
