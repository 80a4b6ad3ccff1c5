import { grpcLoad } from '../grpc-load.ts';
import { basic, demandEs256, httpRound, IN_FLIGHT, tokenRequest } from '../http-load.ts';
import { MeasuredProcess } from '../measured-process.ts';
import type { Report } from '../report.ts';
import { alternate, cpuRatio, median, medianCpu, type Size } from '../rounds.ts';
import { SECRET } from '../servers/announce.ts';
import { Installation } from '../token-service.ts';

const FLOOR = 'bare Fastify token route (floor)';
const HTTP = 'mintmark over HTTP';
const GRPC = 'mintmark over gRPC';
const PEER = 'oidc-provider, in memory';

/** What a token costs the server that issues it. */
export async function issue({ rounds, requests: amount }: Size): Promise<Report> {
  const installation = new Installation();
  const [bare, peer, mintmark] = await Promise.all([
    MeasuredProcess.start('test/bench/servers/bare-token-route.ts'),
    MeasuredProcess.start('test/bench/servers/oidc-provider.ts'),
    installation.serve(),
  ]);
  const known = basic('orders', SECRET);
  const toBare = tokenRequest(`http://${bare.ready?.http}/oauth2/token`, known, { audience: 'inventory' });
  const toPeer = tokenRequest(`http://${peer.ready?.http}/token`, known, {
    resource: 'https://inventory.internal',
    scope: 'stock:read stock:reserve',
  });
  const toMintmark = tokenRequest(`${mintmark.http}/oauth2/token`, installation.authorization, {
    audience: 'inventory',
  });
  for (const request of [toBare, toPeer, toMintmark]) await demandEs256(request);

  const grpc = grpcLoad(mintmark.server, mintmark.grpc, installation.authorization);
  const samples = await alternate(
    {
      [FLOOR]: () => httpRound(bare, toBare, { amount }),
      [HTTP]: () => httpRound(mintmark.server, toMintmark, { amount }),
      [GRPC]: () => grpc.round(amount),
      [PEER]: () => httpRound(peer, toPeer, { amount }),
    },
    rounds,
  );
  grpc.close();
  const servers = { [FLOOR]: bare, [HTTP]: mintmark.server, [GRPC]: mintmark.server, [PEER]: peer };
  const rows = ([FLOOR, HTTP, GRPC, PEER] as const).map((name) => ({
    server: name,
    'CPU µs/token': medianCpu(samples[name]),
    'tokens/s': median(samples[name].map(({ perSecond }) => perSecond)),
    '× floor': cpuRatio(samples[name], samples[FLOOR]),
    '× oidc-provider': cpuRatio(samples[name], samples[PEER]),
    'resident MiB': servers[name].residentMebibytes(),
  }));
  await Promise.all([bare, peer, mintmark.server].map((server) => server.stop()));
  installation.remove();
  return {
    title: 'issue: a token by client secret, ES256',
    conditions: [
      `median of ${rounds} rounds of ${amount} tokens, ${IN_FLIGHT} in flight; the load comes from one process on the same machine`,
      'mintmark: the process of apps/token-service in development mode, SQLite, each audit record flushed to disk before its token leaves',
    ],
    rows,
    goals: [
      { what: 'CPU: HTTP ÷ floor', measured: cpuRatio(samples[HTTP], samples[FLOOR]), atMost: 1.25 },
      { what: 'CPU: HTTP ÷ oidc-provider', measured: cpuRatio(samples[HTTP], samples[PEER]), atMost: 0.6 },
      { what: 'CPU: gRPC ÷ HTTP', measured: cpuRatio(samples[GRPC], samples[HTTP]), atMost: 1.2 },
      { what: 'resident MiB under load', measured: rows[1]!['resident MiB'], atMost: 150 },
    ],
  };
}
