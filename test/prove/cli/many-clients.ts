// Ten thousand clients in one plan, while tokens are being issued.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from './proof.ts';

const COUNT = 10_000;

export async function manyClients(proof: Proof): Promise<void> {
  const { issuer, admin } = proof.addresses;
  await proof.quietly(`mintmark login --issuer ${issuer} --admin ${admin} --secret-file operator.secret`);
  await proof.quietly('mintmark clients enable orders');
  writeFileSync(join(proof.directory, 'many.yaml'), declarationOf(COUNT));
  const traffic = proof.newTraffic();
  traffic.start();
  const started = performance.now();
  // In a terminal, where progress is told from the first second on.
  const applied = await proof.quietly(
    "script --quiet --return --command 'mintmark apply -f many.yaml --yes' /dev/null",
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  await traffic.stop();
  proof.claim('progress is shown', applied.printed.includes('Applying 20000 changes …'), applied.printed.slice(-500));
  proof.claim(
    `${COUNT} clients applied in one plan, in ${seconds} s`,
    applied.exitCode === 0,
    applied.printed.slice(-2_000),
  );
  const { printed } = await proof.quietly('mintmark clients list -o json');
  const { clients = [] } = JSON.parse(printed) as { clients?: { id: string }[] };
  const there = clients.filter(({ id }) => id.startsWith('many-')).length;
  proof.claim(`all ${COUNT} are there`, there === COUNT, `${there} are`);
  const { succeeded, failures } = traffic;
  proof.claim(
    `calls meanwhile: ${succeeded} succeeded, ${failures.length} failed`,
    failures.length === 0 && succeeded > 0,
    failures[0],
  );
}

function declarationOf(count: number): string {
  const ids = Array.from({ length: count }, (_, at) => `many-${at}`);
  return [
    'apiVersion: mintmark/v1',
    'resources:',
    '  - { id: inventory, scopes: [stock:read, stock:reserve], tokenLifetime: 15m }',
    'clients:',
    ...ids.map((id) => `  - { id: ${id}, credentials: [{ kind: client_secret }] }`),
    'policies:',
    ...ids.map((id) => `  - { client: ${id}, resource: inventory, scopes: [stock:read] }`),
    '',
  ].join('\n');
}
