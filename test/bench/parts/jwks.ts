import { httpRound, IN_FLIGHT, type HttpRequest } from '../http-load.ts';
import { MeasuredProcess } from '../measured-process.ts';
import type { Report } from '../report.ts';
import { alternate, cpuRatio, median, medianCpu, type Size } from '../rounds.ts';
import { Installation } from '../token-service.ts';

const FLOOR = 'bare Fastify route';
const FULL = 'mintmark, 200';
const UNCHANGED = 'mintmark, 304';

/** What the key set costs. */
export async function jwks({ rounds, requests }: Size): Promise<Report> {
  const amount = 4 * requests; // an answer costs so little that fewer would drown in the ticks CPU time is counted in
  const installation = new Installation();
  const [bare, mintmark] = await Promise.all([
    MeasuredProcess.start('test/bench/servers/bare-token-route.ts'),
    installation.serve(),
  ]);
  const ours = `${mintmark.http}/.well-known/jwks.json`;
  const etag = (await fetch(ours)).headers.get('etag') ?? '';
  const samples = await alternate(
    {
      [FLOOR]: () => httpRound(bare, get(`http://${bare.ready?.http}/.well-known/jwks.json`), { amount }),
      [FULL]: () => httpRound(mintmark.server, get(ours), { amount }),
      [UNCHANGED]: () => httpRound(mintmark.server, get(ours, { 'if-none-match': etag }), { amount, status: 304 }),
    },
    rounds,
  );
  await Promise.all([bare, mintmark.server].map((server) => server.stop()));
  installation.remove();
  return {
    title: 'jwks: the key set over HTTP',
    conditions: [`median of ${rounds} rounds of ${amount} requests, ${IN_FLIGHT} in flight`],
    rows: ([FLOOR, FULL, UNCHANGED] as const).map((name) => ({
      answer: name,
      'CPU µs/request': medianCpu(samples[name]),
      'requests/s': median(samples[name].map(({ perSecond }) => perSecond)),
      '× bare': cpuRatio(samples[name], samples[FLOOR]),
    })),
    goals: [
      {
        what: 'requests per CPU second: 200 ÷ bare',
        measured: 1 / cpuRatio(samples[FULL], samples[FLOOR]),
        atLeast: 0.8,
      },
      { what: 'CPU: 304 ÷ 200', measured: cpuRatio(samples[UNCHANGED], samples[FULL]), atMost: 1 },
    ],
  };
}

function get(url: string, headers: Record<string, string> = {}): HttpRequest {
  return { url, method: 'GET', headers };
}
