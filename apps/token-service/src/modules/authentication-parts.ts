import type { Logger } from 'pino';
import { RedisReplayGuard } from '../adapters/redis/redis-replay-guard.ts';
import { RemoteKeySets } from '../adapters/remote-keys/remote-key-sets.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlReplayGuard } from '../adapters/sql/replay-guard.ts';
import { InProcessReplayGuard } from '../adapters/system/in-process-replay-guard.ts';
import { PromptReplayGuard } from '../adapters/system/prompt-replay-guard.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { ASSERTION_CLOCK_ERROR_SECONDS } from '../core/authentication/assertion-checks.ts';
import type { AuthenticationMethod } from '../core/authentication/proof.ts';
import type { CredentialKind } from '../core/model/client.ts';
import type { RemoteKeys } from '../core/ports/remote-keys.ts';
import type { ReplayGuard } from '../core/ports/replay-guard.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import { AcceptedConnections } from '../transport/certificates/accepted-connections.ts';
import { CertificateEvidence } from '../transport/certificates/certificate-evidence.ts';
import { repeat } from './repeat.ts';
import { TlsFiles } from './tls-files.ts';

const CERTIFICATE_METHODS = ['tls_client_auth', 'self_signed_tls_client_auth'] as const;

/** How clients may prove who they are to this service; certificates only where a listener asks for them. */
export function credentialKinds({ mutualTls }: Pick<Config, 'mutualTls'>): readonly CredentialKind[] {
  const certificates = mutualTls ? CERTIFICATE_METHODS : [];
  return ['client_secret', 'private_key_jwt', ...certificates, 'workload_identity'];
}

/** The same in the words of metadata, which are about HTTP alone; a workload sends its token as `private_key_jwt` sends its own. */
export function authenticationMethods({ mutualTls }: Pick<Config, 'mutualTls'>): readonly AuthenticationMethod[] {
  const certificates = mutualTls?.http ? CERTIFICATE_METHODS : [];
  return ['client_secret_basic', 'client_secret_post', 'private_key_jwt', ...certificates];
}

export interface AuthenticationParts {
  readonly replayGuard: ReplayGuard;
  readonly remoteKeys: RemoteKeys;
  readonly certificates: CertificateEvidence;
  readonly tlsFiles: TlsFiles | undefined;
}

interface Needs {
  readonly database: Database;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** How often files are looked at, and what is over is forgotten, in seconds. */
const CHORES_EVERY_SECONDS = 2;

/** @throws TlsFilesError */
export async function startAuthentication(
  config: Config,
  needs: Needs,
  opened: AsyncDisposableStack,
): Promise<AuthenticationParts> {
  const { logger, registry } = needs;
  const replayGuard = openReplayGuard(config, needs, opened);
  const remoteKeys = new RemoteKeySets({
    privateHosts: config.privateKeyHosts,
    onTrouble: (trouble) => logger.warn(trouble, 'a declared key set could not be fetched'),
  });
  opened.defer(() => remoteKeys.close());
  const tlsFiles = config.mutualTls && (await TlsFiles.open(config.mutualTls));
  const connections =
    tlsFiles && new AcceptedConnections({ authorities: () => tlsFiles.authorities, clock: systemClock });
  opened.defer(() => connections?.close());
  const certificates = new CertificateEvidence({
    authorities: () => tlsFiles?.authorities ?? [],
    sameSinceAccepted: (ends) => connections?.isCurrent(ends) ?? false,
    proxy: config.mutualTls?.proxy,
    clock: systemClock,
  });
  const chores = repeat(
    CHORES_EVERY_SECONDS,
    async () => {
      remoteKeys.keepOnly(registry.snapshot().keySetUrls());
      if (await tlsFiles?.reload()) logger.info('the certificate files have changed');
    },
    (err) => logger.error({ err }, 'the certificate files cannot be used; those read before are'),
  );
  opened.defer(() => chores.stop());
  const telling = tellOfIgnored(certificates, logger);
  opened.defer(() => telling.stop());
  return { replayGuard, remoteKeys, certificates, tlsFiles };
}

/** What the replicas of one installation share: Redis where there is one, else their database; SQLite has one process alone. */
function openReplayGuard(config: Config, { database, logger }: Needs, opened: AsyncDisposableStack): ReplayGuard {
  if (config.redisUrl !== undefined) return openRedisReplayGuard(config.redisUrl, logger, opened);
  if (database.dialect.name === 'sqlite') return new InProcessReplayGuard(systemClock);
  return openSqlReplayGuard(database, logger, opened);
}

function openRedisReplayGuard(url: string, logger: Logger, opened: AsyncDisposableStack): ReplayGuard {
  const onError = (err: unknown) => logger.error({ err }, 'Redis does not answer as it should');
  const clockErrorSeconds = ASSERTION_CLOCK_ERROR_SECONDS;
  const guard = RedisReplayGuard.open({ url, clock: systemClock, clockErrorSeconds, onError });
  const examining = repeat(CHORES_EVERY_SECONDS, () => guard.examine(), onError);
  opened.defer(() => examining.stop());
  // Before that: an examination that hangs ends with the connection.
  opened.defer(() => guard.close());
  return new PromptReplayGuard(guard, () => guard.reconnect());
}

/** What was used is remembered over restarts, and forgotten when it has expired. */
export function openSqlReplayGuard(database: Database, logger: Logger, opened: AsyncDisposableStack): ReplayGuard {
  const guard = new SqlReplayGuard(database);
  const pruning = repeat(
    PRUNE_EVERY_SECONDS,
    () => guard.prune(),
    (err) => logger.error({ err }, 'uses not forgotten yet'),
  );
  opened.defer(() => pruning.stop());
  return new PromptReplayGuard(guard);
}

const PRUNE_EVERY_SECONDS = 30;
const TELL_EVERY_SECONDS = 10;

/** Not for each request: who sends such headers decides how often. */
function tellOfIgnored(certificates: CertificateEvidence, logger: Logger) {
  let told = 0;
  return repeat(
    TELL_EVERY_SECONDS,
    async () => {
      const { ignored } = certificates;
      if (ignored > told)
        logger.warn(
          { ignored },
          'certificates forwarded by strangers, or in another header than MINTMARK_TLS_PROXY_HEADER, were ignored',
        );
      told = ignored;
    },
    () => undefined,
  );
}
