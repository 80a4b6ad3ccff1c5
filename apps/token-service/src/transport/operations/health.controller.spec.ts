import { expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { HealthController } from './health.controller.ts';
import { Readiness, type Prerequisite } from './readiness.ts';

function answerWith(...prerequisites: ReturnType<Prerequisite['readiness']>[]): readonly [number, unknown] {
  let status = 0;
  let body: unknown;
  const reply = {
    code: (code: number) => ((status = code), reply),
    send: (sent: unknown) => ((body = sent), reply),
  };
  const readiness = new Readiness(prerequisites.map((answer) => ({ readiness: () => answer })));
  new HealthController(readiness).ready(reply as unknown as FastifyReply);
  return [status, body];
}

it('is ready while something can be signed, and names what cannot', () => {
  expect(answerWith({ ready: true })).toEqual([200, { status: 'ready' }]);
  expect(answerWith({ ready: true, sealed: ['EdDSA is sealed: the HSM is gone'] }, { ready: true })).toEqual([
    200,
    { status: 'ready', sealed: ['EdDSA is sealed: the HSM is gone'] },
  ]);
  expect(answerWith({ ready: false, reasons: ['no key is active'] }, { ready: true })).toEqual([
    503,
    { status: 'not ready', reasons: ['no key is active'] },
  ]);
});
