import type { Kysely } from 'kysely';
import { isLater, type KeySetVersion } from '../../core/model/key-set.ts';
import { verifierLabel } from '../../core/model/verifier-evidence.ts';
import { nobodyTells, type Holdings, type VerifierHoldings } from '../../core/ports/verifier-holdings.ts';
import { countedVerifiers } from './counted-verifiers.ts';
import type { Tables } from './schema.ts';

/** Names of stragglers in one answer. */
const NAMED = 100;

/** What verifiers have acknowledged of the key set that they are given; nobody watches another one. */
export class SqlVerifierHoldings implements VerifierHoldings {
  readonly #db: Kysely<Tables>;
  readonly #watched: string;

  constructor({ db }: { db: Kysely<Tables> }, watched: string) {
    this.#db = db;
    this.#watched = watched;
  }

  async of(issuer: string, { epoch, version }: KeySetVersion): Promise<Holdings> {
    if (issuer !== this.#watched) return nobodyTells.of(issuer, { epoch, version });
    const rows = await this.#db
      .selectFrom(countedVerifiers(this.#db))
      .select(['client_id', 'resource_id', 'instance_id', 'epoch', 'version'])
      .orderBy('client_id')
      .orderBy('resource_id')
      .orderBy('instance_id')
      .execute();
    const others = rows.filter(
      (row) => row.epoch === null || row.version === null || isLater({ epoch, version }, row as KeySetVersion),
    );
    const names = others
      .slice(0, NAMED)
      .map(({ client_id: client, resource_id: resource, instance_id: instance }) =>
        verifierLabel({ client, resource, instance }),
      );
    return { verifiers: rows.length, holding: rows.length - others.length, missing: names };
  }
}
