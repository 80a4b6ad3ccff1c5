import { Metadata, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import type { TokenClient } from '@mintmark/client';
import {
  detailsOf,
  type Hello,
  type KeySetEvent__Output,
  type KeySetServiceClient,
  type WatchRequest,
} from '@mintmark/proto';
import type { Cancel, FeedContext, HeldKeySet, KeySetListener, RevocationPosition } from '@mintmark/verifier';

/** The built-in resource that streams are opened for. */
const AUDIENCE = 'mintmark-keyset';

/** Nominal milliseconds. */
const SILENCE = 45_000;
const FIRST_BACK_OFF = 1_000;
const LAST_BACK_OFF = 30_000;

/** Real milliseconds that a goodbye may take. */
const GOODBYE = 1_000;

interface Parts extends FeedContext {
  readonly client: Pick<KeySetServiceClient, 'watchKeySet' | 'close'>;
  readonly tokens: Pick<TokenClient, 'token' | 'invalidate'>;
  readonly hello: Hello;
  readonly listener: KeySetListener;
  /** Called when something was revoked, with how far that goes, and when it may have been missed. What it was is not believed from here. */
  readonly onRevocations?: (news?: RevocationPosition) => void;
  /** In [0, 1): spreads reconnects. */
  readonly random?: () => number;
}

type Call = ClientDuplexStream<WatchRequest, KeySetEvent__Output>;

/** Keeps one stream open, and opens it again whenever it ends: with its token, with its replica, or because nothing comes. */
export class WatchFeed {
  readonly #parts: Parts;
  #call: Call | undefined;
  #sequence: number | undefined;
  #lastToken: string | undefined;
  #failures = 0;
  #closed = false;
  #cancelTimer: Cancel = () => undefined;

  /** @returns says goodbye and ends it */
  static open(parts: Parts): () => void {
    const feed = new WatchFeed(parts);
    void feed.#connect();
    return () => feed.#close();
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  async #connect(): Promise<void> {
    try {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${await this.#freshToken()}`);
      if (!this.#closed) this.#attach(this.#parts.client.watchKeySet(metadata));
    } catch (error) {
      this.#lost(undefined, error instanceof Error ? error.message : String(error));
    }
  }

  /** A token opens one stream: the one that opened the last is of no use any more. */
  async #freshToken(): Promise<string> {
    const { tokens } = this.#parts;
    let { value } = await tokens.token({ audience: AUDIENCE });
    if (value === this.#lastToken) {
      tokens.invalidate(value);
      ({ value } = await tokens.token({ audience: AUDIENCE }));
    }
    this.#lastToken = value;
    return value;
  }

  #attach(call: Call): void {
    this.#call = call;
    this.#sequence = undefined;
    call.on('data', (event: KeySetEvent__Output) => this.#heard(call, event));
    call.on('error', (error: ServiceError) => this.#lost(call, reasonOf(error)));
    call.on('end', () => this.#lost(call, 'it ended'));
    call.write({ hello: this.#parts.hello });
    this.#expectMore(call);
  }

  #heard(call: Call, event: KeySetEvent__Output): void {
    if (call !== this.#call) return;
    this.#failures = 0;
    this.#expectMore(call);
    const follows = this.#sequence === undefined || [0, 1].includes(event.sequence - this.#sequence);
    this.#sequence = event.sequence;
    if (!follows) this.#parts.listener.missed('the stream left something out');
    if (event.revocations || !follows) this.#parts.onRevocations?.(positionOf(event));
    const held = this.#take(event);
    if (held) call.write({ acknowledgement: held });
  }

  /** @returns what to acknowledge: what is held, and nothing that was only heard of */
  #take({ keySet, heartbeat, asOf }: KeySetEvent__Output): HeldKeySet | undefined {
    const { listener } = this.#parts;
    if (keySet) return listener.offer({ body: keySet.document, asOf });
    return heartbeat ? listener.confirm(heartbeat, asOf) : undefined;
  }

  #expectMore(call: Call): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#after(SILENCE, () => {
      this.#lost(call, 'nothing came');
      call.cancel();
    });
  }

  #lost(call: Call | undefined, reason: string): void {
    if (this.#closed || call !== this.#call) return;
    this.#call = undefined;
    // That the token expired is as planned: the next stream is a moment away.
    if (reason !== 'TOKEN_EXPIRED') this.#parts.listener.missed(`the key set stream is down: ${reason}`);
    const most = Math.min(LAST_BACK_OFF, FIRST_BACK_OFF * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelTimer();
    this.#cancelTimer = this.#after((this.#parts.random ?? Math.random)() * most, () => void this.#connect());
  }

  #after(nominal: number, act: () => void): Cancel {
    const { clock, timeScale } = this.#parts;
    return clock.schedule(act, nominal / timeScale);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    const { client } = this.#parts;
    if (!this.#call) return client.close();
    const call = this.#call;
    const end = () => {
      clearTimeout(overdue);
      client.close();
    };
    const overdue = setTimeout(() => call.cancel(), GOODBYE).unref();
    call.once('end', end).once('error', end);
    call.write({ goodbye: {} });
    call.end();
  }
}

/** An issuer of an older version does not tell the epoch. */
function positionOf({ revocations }: KeySetEvent__Output): RevocationPosition | undefined {
  if (!revocations?.feedEpoch) return undefined;
  return { epoch: revocations.feedEpoch, sequence: revocations.feedSequence };
}

/** The code the issuer gave, for people. */
function reasonOf(error: ServiceError): string {
  return detailsOf(error.metadata)?.reason ?? error.details;
}
