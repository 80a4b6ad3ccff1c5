import { describe, expect, it } from '@jest/globals';
import { settled } from '../test/fake-clock.ts';
import { scripted, SECRET } from '../test/scripted-client.ts';
import { failing, held, issued, type ScriptedTransport } from '../test/scripted-transport.ts';
import { TokenRequestError } from './token-request-error.ts';
import type { TokenRequestFailure } from './token-request-failure.ts';

const inventory = { audience: 'inventory' };

/** Fails `times` times, then issues. */
function failFirst(transport: ScriptedTransport, times: number, failure: Partial<TokenRequestFailure> = {}): void {
  transport.answer = (call, attempt) => (attempt <= times ? failing(failure) : issued(300))(call, attempt);
}

describe('a failure that may pass', () => {
  it('is retried twice, with a pause before each', async () => {
    const { client, clock, transport } = scripted();
    failFirst(transport, 2);
    const pending = client.token(inventory);
    await settled();
    expect(transport.attempts).toBe(1);
    await clock.advance(0.5);
    expect(transport.attempts).toBe(2);
    await clock.advance(1);
    expect((await pending).value).toBe('token-3');
  });

  it('that does not pass reaches every caller after three attempts in all', async () => {
    const { client, clock, transport } = scripted();
    transport.answer = failing();
    const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => client.token(inventory)));
    await clock.advance(10);
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    expect(transport.attempts).toBe(3);
  });

  it('is not retried where retries are off', async () => {
    const { client, transport } = scripted({ retries: 0 });
    transport.answer = failing();
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'STOPPING' });
    expect(transport.attempts).toBe(1);
  });

  it('is retried no sooner than Retry-After says', async () => {
    const { client, clock, transport } = scripted();
    failFirst(transport, 1, { retryAfterSeconds: 3 });
    const pending = client.token(inventory);
    await clock.advance(3);
    expect(transport.attempts).toBe(1);
    await clock.advance(0.5);
    expect((await pending).value).toBe('token-2');
  });

  it('with a long Retry-After is told at once, and the issuer left in peace so long', async () => {
    const { client, clock, transport } = scripted();
    failFirst(transport, 1, { retryAfterSeconds: 60 });
    await expect(client.token(inventory)).rejects.toMatchObject({ retryAfterSeconds: 60 });
    await clock.advance(20);
    await expect(client.token(inventory)).rejects.toMatchObject({ retryAfterSeconds: 40.5, retryable: true });
    expect(transport.attempts).toBe(1);
    await clock.advance(41);
    expect((await client.token(inventory)).value).toBe('token-2');
  });

  it('with a Retry-After of days is tried again within minutes', async () => {
    const { client, clock, transport } = scripted();
    failFirst(transport, 1, { retryAfterSeconds: 864_000 });
    await expect(client.token(inventory)).rejects.toThrow(TokenRequestError);
    await clock.advance(301);
    expect((await client.token(inventory)).value).toBe('token-2');
  });

  it('makes callers who come one after the other no faster load than the back-off allows', async () => {
    const { client, clock, transport } = scripted({ retries: 0 });
    transport.answer = failing();
    for (let second = 0; second < 60; second++) {
      await client.token(inventory).catch(() => undefined);
      await clock.advance(1);
    }
    // The lot falls in the middle: pauses of 0.5, 1, 2, 4, 8, 15, 15, 15 s.
    expect(transport.attempts).toBe(8);
  });
});

describe('a failure for good', () => {
  const denied = { code: 'SCOPE_DENIED', retryable: false, retryAfterSeconds: undefined } as const;

  it('is not retried, and remembered for a short time', async () => {
    const { client, clock, transport } = scripted();
    transport.answer = failing(denied);
    for (let i = 0; i < 100; i++) await expect(client.token(inventory)).rejects.toMatchObject(denied);
    expect(transport.attempts).toBe(1);
    await clock.advance(10);
    transport.answer = issued(300);
    expect((await client.token(inventory)).value).toBe('token-2');
  });

  it('is not retried where time is scaled either', async () => {
    const { client, transport } = scripted({ timeScale: 100 });
    transport.answer = failing(denied);
    await expect(client.token(inventory)).rejects.toMatchObject(denied);
    expect(transport.attempts).toBe(1);
  });

  it('for one request leaves the others alone', async () => {
    const { client, transport } = scripted();
    transport.answer = (call, attempt) =>
      (call.request.scopes.length > 0 ? failing(denied) : issued(300))(call, attempt);
    await expect(client.token({ ...inventory, scopes: ['admin'] })).rejects.toThrow(TokenRequestError);
    expect((await client.token(inventory)).value).toBe('token-2');
  });
});

describe('an issuer that does not answer', () => {
  it('is given up after the time-out, and the request aborted', async () => {
    const { client, transport } = scripted({ retries: 0, timeoutSeconds: 0.02 });
    transport.answer = held().answer;
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT', retryable: true });
    expect(transport.calls[0]?.signal.aborted).toBe(true);
  });
});

describe('the error', () => {
  it('says what was wrong, how to mend it, and what finds the log line', () => {
    const error = new TokenRequestError({
      code: 'SCOPE_DENIED',
      detail: 'stock:admin is not granted.',
      retryable: false,
      oauthError: 'invalid_scope',
      httpStatus: 400,
      requestId: 'r-1',
    });
    expect(error.message).toBe(
      'No token: stock:admin is not granted. Ask only for scopes the policy grants, or have the policy extended. ' +
        '(SCOPE_DENIED, HTTP 400, invalid_scope, request_id r-1)',
    );
    expect(error.name).toBe('TokenRequestError');
  });

  it('of a code it does not know says whether asking again makes sense', () => {
    const message = (retryable: boolean) => new TokenRequestError({ code: 'NEW', detail: 'so', retryable }).message;
    expect(message(true)).toBe('No token: so. It may succeed later. (NEW)');
    expect(message(false)).toContain('will be refused again');
  });

  it('of a transport that throws anything is typed and without the secret', async () => {
    const { client, transport } = scripted();
    transport.answer = () => {
      throw new Error(`cannot send ${SECRET}`);
    };
    const error: unknown = await client.token(inventory).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(String(error)).toContain('cannot send [redacted]');
    expect(String(error)).not.toContain(SECRET);
  });
});
