import { inspect } from 'node:util';
import { Secret } from './secret.ts';

export interface AccessToken {
  /** The token as it goes on the wire. Never log it. */
  readonly value: string;
  /** When it expires by this process's clock, counted from the moment it was asked for. */
  readonly expiresAt: Date;
  /** What was granted. */
  readonly scopes: readonly string[];
}

/** What the cache hands out: shared between callers, hence unchangeable, and mute when inspected or serialised. */
export class HeldAccessToken implements AccessToken {
  readonly scopes: readonly string[];
  readonly #value: Secret;
  readonly #expiresAtMs: number;

  constructor(value: string, scopes: readonly string[], expiresAtMs: number) {
    this.#value = new Secret(value);
    this.#expiresAtMs = expiresAtMs;
    this.scopes = Object.freeze([...scopes]);
    Object.freeze(this);
  }

  get value(): string {
    return this.#value.reveal();
  }

  get expiresAt(): Date {
    return new Date(this.#expiresAtMs);
  }

  toJSON(): object {
    return { value: this.#value, expiresAt: this.expiresAt, scopes: this.scopes };
  }

  toString(): string {
    return `AccessToken(${this.#value.toString()})`;
  }

  [inspect.custom](): string {
    return `AccessToken ${inspect(this.toJSON())}`;
  }
}
