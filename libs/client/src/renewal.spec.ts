import { describe, expect, it } from '@jest/globals';
import { settled } from '../test/fake-clock.ts';
import { scripted } from '../test/scripted-client.ts';
import { DEFAULT_RENEWAL } from './token-client-options.ts';
import { failing, held, issued } from '../test/scripted-transport.ts';

const inventory = { audience: 'inventory' };

describe('renewal', () => {
  it('by default leaves more than six minutes of a token of fifteen for an issuer that is down', async () => {
    const { client, clock, transport } = scripted({ renewal: DEFAULT_RENEWAL, random: () => 1 });
    transport.answer = issued(900);
    const { expiresAt } = await client.token(inventory);
    const renewsWithin = 900 - 360;
    await clock.advance(renewsWithin);
    expect(transport.attempts).toBe(2);
    expect(expiresAt.getTime() - clock.now()).toBeGreaterThanOrEqual(360_000);
  });

  it('happens in the background from three quarters of the life, so that nobody ever waits', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    await clock.advance(224);
    await client.token(inventory);
    expect(transport.attempts).toBe(1);
    await clock.advance(16);
    expect(transport.attempts).toBe(2);
    expect((await client.token(inventory)).value).toBe('token-2');
  });

  it('under way leaves callers the old token, and more of them start no second one', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    const gate = held();
    transport.answer = gate.answer;
    await clock.advance(240);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => client.token(inventory)));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(transport.attempts).toBe(2);
    gate.release();
    await settled();
    expect((await client.token(inventory)).value).toBe('token-2');
  });

  it('forms no herd: the moments of many clients spread over the window', async () => {
    const draws = Array.from({ length: 50 }, (_, i) => i / 50);
    const clients = draws.map((draw) => scripted({ random: () => draw }));
    await Promise.all(clients.map(({ client }) => client.token(inventory)));
    await Promise.all(clients.map(({ clock }) => clock.advance(232.5)));
    const renewed = clients.filter(({ transport }) => transport.attempts === 2).length;
    expect(renewed).toBeGreaterThanOrEqual(25);
    expect(renewed).toBeLessThanOrEqual(26);
    await Promise.all(clients.map(({ clock }) => clock.advance(7.5)));
    expect(clients.every(({ transport }) => transport.attempts === 2)).toBe(true);
  });

  it('stops for a token nobody asks for, and starts again with the next caller', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    await clock.advance(3_600);
    expect(transport.attempts).toBe(2);
    expect((await client.token(inventory)).value).toBe('token-3');
  });

  it('goes on for as long as somebody asks', async () => {
    const { client, clock, transport } = scripted();
    for (let minute = 0; minute < 60; minute++) {
      await client.token(inventory);
      await clock.advance(60);
    }
    expect(transport.attempts).toBeGreaterThanOrEqual(15);
    expect(transport.attempts).toBeLessThanOrEqual(16);
  });

  it('that no timer started is started by a caller, who does not wait for it', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    clock.skip(250);
    expect((await client.token(inventory)).value).toBe('token-1');
    await settled();
    expect(transport.attempts).toBe(2);
  });

  it('follows the window it is given', async () => {
    const { client, clock, transport } = scripted({ renewal: { from: 0.5, to: 0.5 } });
    await client.token(inventory);
    await clock.advance(149);
    expect(transport.attempts).toBe(1);
    await clock.advance(1);
    expect(transport.attempts).toBe(2);
  });

  it('counts life in fractions of seconds', async () => {
    const { client, clock, transport } = scripted({ timeScale: 100 });
    transport.answer = issued(2.5);
    await client.token(inventory);
    await clock.advance(1.8);
    expect(transport.attempts).toBe(1);
    await clock.advance(0.2);
    expect(transport.attempts).toBe(2);
  });
});

describe('a renewal that fails', () => {
  it('leaves the old token in use until shortly before it expires', async () => {
    const errors: unknown[] = [];
    const { client, clock, transport } = scripted({ onRenewalFailed: (error) => errors.push(error) });
    await client.token(inventory);
    transport.answer = failing();
    await clock.advance(289);
    expect((await client.token(inventory)).value).toBe('token-1');
    expect(errors).toContainEqual(expect.objectContaining({ code: 'STOPPING' }));
    await clock.advance(2);
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'STOPPING' });
  });

  it('is repeated with growing pauses and full jitter, and ends with the first success', async () => {
    const { client, clock, transport } = scripted();
    const moments: number[] = [];
    const start = clock.now();
    transport.answer = issued(900);
    await client.token(inventory);
    transport.answer = (call, attempt) => {
      moments.push((clock.now() - start) / 1000);
      return attempt < 9 ? failing()(call, attempt) : issued(900)(call, attempt);
    };
    await clock.advance(880);
    // The lot falls in the middle: half of 1, 2, 4, 8, 16, 30, 30 s.
    expect(moments).toEqual([697.5, 698, 699, 701, 705, 713, 728, 743]);
    expect((await client.token(inventory)).value).toBe('token-9');
  });

  it('begins with short pauses again after a success', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    transport.answer = (call, attempt) => (attempt < 6 ? failing() : issued(300))(call, attempt);
    await clock.advance(245);
    expect((await client.token(inventory)).value).toBe('token-6');
    transport.answer = failing();
    await clock.advance(228);
    // Renewed at 240 s, hence due at 472.5 s, and again half a second later.
    expect(transport.attempts).toBe(8);
  });

  it('is not repeated before Retry-After, nor by callers', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    transport.answer = failing({ retryAfterSeconds: 20 });
    await clock.advance(235);
    expect(transport.attempts).toBe(2);
    await clock.advance(17);
    expect((await client.token(inventory)).value).toBe('token-1');
    expect(transport.attempts).toBe(2);
    await clock.advance(2);
    expect(transport.attempts).toBe(3);
  });

  it('for good is not repeated in a loop', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    transport.answer = failing({ code: 'CLIENT_AUTHENTICATION_FAILED', retryable: false });
    await clock.advance(241);
    for (let i = 0; i < 100; i++) await client.token(inventory);
    expect(transport.attempts).toBe(2);
    await clock.advance(2);
    expect(transport.attempts).toBe(3);
  });

  it('shortens its pauses with the time scale', async () => {
    const { client, clock, transport } = scripted({ timeScale: 10 });
    transport.answer = issued(90);
    await client.token(inventory);
    transport.answer = failing();
    await clock.advance(70);
    // From 69.75 s on: half of 0.1, 0.2 and 0.4 s.
    expect(transport.attempts).toBe(4);
    await clock.advance(18.5);
    expect((await client.token(inventory)).value).toBe('token-1');
  });

  it('whose observer throws does no harm', async () => {
    const { client, clock, transport } = scripted({
      onRenewalFailed: () => {
        throw new Error('observer');
      },
    });
    await client.token(inventory);
    transport.answer = failing();
    await clock.advance(234);
    transport.answer = issued(300);
    await clock.advance(3);
    expect((await client.token(inventory)).value).not.toBe('token-1');
  });
});
