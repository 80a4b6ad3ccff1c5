import type { Logger } from 'pino';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { HostSecret } from '../core/administration/host-secret.ts';
import { AnchorAudit } from '../core/audit/anchor-audit.ts';
import { auditAnchors } from './administration-parts.ts';
import { openCustody } from './key-parts.ts';
import { startRegistry } from './registry-parts.ts';
import { openRevocationStore } from './revocation-parts.ts';
import { openStores } from './store-parts.ts';
import { readWitness } from './witness-parts.ts';

/** Makes a secret for a client. @throws ProcessLockError as `openRegistryOnly` */
export async function makeSecretAlone(config: Config, clientId: string, logger: Logger): Promise<string> {
  const { hostSecret, close } = await openRegistryOnly(config, logger);
  const { secret } = await hostSecret.execute(clientId, randomIds.next()).finally(close);
  return secret;
}

/**
 * The registry and the audit file alone, where no service is running on them.
 * @throws ProcessLockError: one is, and only it may write to its audit file
 */
export async function openRegistryOnly(config: Config, logger: Logger) {
  await using opened = new AsyncDisposableStack();
  const { database, audit } = await openStores(config, logger, opened);
  const custody = await openCustody(config, database);
  const witness = await readWitness(config, custody);
  await openRevocationStore(config, { database, witness });
  const registry = await startRegistry(config, { database, digests: custody.digests, witness, logger });
  opened.defer(() => registry.stop());
  const anchors = auditAnchors(config, database);
  const anchorAudit = new AnchorAudit({ position: () => audit.position(), anchors });
  // What was done is done: where this fails, the next start follows the chain past the anchors there are.
  opened.defer(() => anchorAudit.execute().catch(() => undefined));
  const close = opened.move();
  const hostSecret = new HostSecret({ ...registry, audit, clock: systemClock });
  return { repository: registry.repository, hostSecret, close: () => close.disposeAsync() };
}
