import type { SigningAlgorithm } from '@mintmark/contract';
import type { Logger } from 'pino';
import { CustodyOfKeys } from '../adapters/signing/custody-of-keys.ts';
import { openSigningKeyProviders } from '../adapters/signing/open-signing-key-provider.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import type { Config } from '../config/load-config.ts';
import type { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import { ADMIN_RESOURCE } from '../core/model/admin-resource.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import { REVOCATIONS_ALGORITHM } from '../core/revocation/refresh-revocations.ts';
import { adminIssuer, revocationsIssuer, startKeys, type Custody, type KeyParts } from './key-parts.ts';

interface Needs {
  readonly database: Database;
  readonly custody: Custody;
  readonly witness: DatabaseWitness;
  /** Says which algorithms are in use. */
  readonly registry: Registry;
  readonly logger: Logger;
}

/** What steals one of these keys can do nothing that the others are for. */
export interface Rings {
  /** Sign access tokens. */
  readonly public: KeyParts;
  /** Sign tokens for the admin API. */
  readonly admin: KeyParts;
  /** Sign what is revoked. */
  readonly revocations: KeyParts;
}

export async function startRings(config: Config, needs: Needs, opened: AsyncDisposableStack): Promise<Rings> {
  const { custody, registry, ...rest } = needs;
  const { seal } = custody;
  const providers = await openSigningKeyProviders(config.signingKeys, custody);
  opened.defer(() => providers.close());
  const ofKeys = new CustodyOfKeys({ ...custody, ...providers });
  const start = async (issuer: string, algorithms: () => readonly SigningAlgorithm[]) => {
    const provider = providers.providerFor(issuer);
    const keys = await startKeys(config, { ...rest, issuer, seal, custody: ofKeys, provider, algorithms });
    opened.defer(() => stopKeys(keys));
    return keys;
  };
  return {
    public: await start(config.issuer, () => registry.snapshot().signingAlgorithms),
    admin: await start(adminIssuer(config.issuer), () => [ADMIN_RESOURCE.signingAlgorithm]),
    revocations: await start(revocationsIssuer(config.issuer), () => [REVOCATIONS_ALGORITHM]),
  };
}

async function stopKeys({ rotation, refreshing }: KeyParts): Promise<void> {
  await Promise.all([rotation.stop(), refreshing.stop()]);
}
