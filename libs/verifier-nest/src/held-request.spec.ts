import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { createTestIssuer, FakeClock, settled } from '@mintmark/testing';
import { createVerifier } from '@mintmark/verifier';
import { handled, StockHttpController } from '../test/echo.controllers.ts';
import { startApp } from '../test/start-app.ts';

const HOUR = 3_600_000;

it.each([
  [0, 201, ['OK'], ['reserve']],
  [24 * HOUR, 401, ['OK', 'TOKEN_EXPIRED'], []],
])(
  'a request whose body is there after %d ms is answered %d: the guard asks again',
  async (late, status, codes, ran) => {
    handled.length = 0;
    const clock = new FakeClock();
    const issuer = createTestIssuer({ clock });
    const verdicts: string[] = [];
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => verdicts.push(code) } });
    const { app, close } = await startApp(issuer, { controllers: [StockHttpController], verifier });
    try {
      const payload = new Readable({ read: () => undefined });
      const headers = {
        authorization: `Bearer ${issuer.token({ scope: 'stock:reserve' })}`,
        'content-type': 'application/json',
      };
      const answer = app.inject({ method: 'POST', url: '/stock', headers, payload });
      void answer.then(() => undefined);
      while (verdicts.length === 0) await settled();
      await clock.advance(late);
      payload.push('{}');
      payload.push(null);
      expect((await answer).statusCode).toBe(status);
      expect([verdicts, handled]).toEqual([codes, ran]);
    } finally {
      await close();
    }
  },
);
