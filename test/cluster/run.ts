// npm run cluster [-- --replicas 3 --consumers 2 --time-scale 60]: replicas, consumers and PostgreSQL on loopback, until Ctrl-C.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROUTES } from '@mintmark/contract';
import { writeCurlConfig } from '../../scripts/sample.ts';
import { startCluster, type Cluster } from './cluster.ts';

const { values } = parseArgs({
  options: {
    replicas: { type: 'string', default: '3' },
    consumers: { type: 'string', default: '2' },
    'time-scale': { type: 'string', default: '60' },
  },
});
// What is awaited below: the listeners are there from the start, so that an early Ctrl-C is not lost.
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

try {
  const counts = {
    replicas: count('replicas', 1),
    consumers: count('consumers', 0),
    timeScale: count('time-scale', 1),
  };
  console.log('Starting PostgreSQL, the replicas and the consumers …');
  await using cluster = await startCluster({
    ...counts,
    onLine: (replica, line) => console.log(`${replica}  ${line}`),
  });
  explain(cluster);
  await stopped;
  console.log('\nStopping …');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function count(name: keyof typeof values, least: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`--${name} takes a whole number from ${least} on, got "${values[name]}"`);
}

function explain({ issuer, adminUrl, replicas, consumers, folder, clientSecret }: Cluster): void {
  const secretFile = join(folder, 'orders.secret');
  writeFileSync(secretFile, clientSecret, { mode: 0o600 });
  const curl = writeCurlConfig(secretFile, issuer + ROUTES.token);
  console.log(`
Issuer (load balanced)   ${issuer}   admin API ${adminUrl}
${replicas.map(({ name, managementUrl, pid }) => `${name}                ${managementUrl}/readyz   pid ${pid}`).join('\n')}
${consumers.map(({ ready, pid }) => `consumer                 http://${ready.http}   pid ${pid}`).join('\n')}

  curl -s --config ${curl} -d grant_type=client_credentials -d audience=inventory

Ctrl-C stops everything.
`);
}
