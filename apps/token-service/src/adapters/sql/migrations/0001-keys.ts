import type { Migration } from '../migrator.ts';

export const keys: Migration = {
  name: '0001-keys',
  statements: ({ types: { text, integer, real, bytes }, tableOptions }) => [
    `create table keyset (
      issuer ${text} not null primary key,
      epoch ${integer} not null check (epoch > 0),
      version ${integer} not null check (version >= 0),
      digest ${text} not null,
      first_activated_at ${integer}
    ) ${tableOptions}`,

    `create table signing_key (
      id ${text} not null primary key,
      issuer ${text} not null references keyset (issuer),
      algorithm ${text} not null,
      state ${text} not null
        check (state in ('generating', 'published', 'active', 'deactivated', 'compromised', 'destroyed')),
      kid ${text} unique,
      public_jwk ${text},
      handle ${text},
      max_token_lifetime_seconds ${real},
      leeway_seconds ${real},
      clock_error_seconds ${real},
      signing_lease_seconds ${real},
      publish_ahead_seconds ${real},
      created_at ${integer} not null,
      published_at ${integer},
      activated_at ${integer},
      sign_not_after ${integer},
      verify_until ${integer},
      deactivated_at ${integer},
      destroyed_at ${integer},
      check (state in ('generating', 'destroyed') or (kid is not null and public_jwk is not null and handle is not null)),
      check (state not in ('active', 'deactivated') or (activated_at is not null and verify_until is not null))
    ) ${tableOptions}`,
    // Whatever a program does wrong, the database never holds two signers, two standbys or two intents.
    ...['generating', 'published', 'active'].map(
      (state) => `create unique index one_${state}_key on signing_key (issuer, algorithm) where state = '${state}'`,
    ),
    `create index living_key on signing_key (issuer) where state <> 'destroyed' or handle is not null`,

    `create table key_event (
      issuer ${text} not null references keyset (issuer),
      epoch ${integer} not null,
      version ${integer} not null,
      at ${integer} not null,
      transition ${text} not null,
      actor ${text} not null,
      reason ${text},
      changes ${text} not null,
      digest ${text} not null,
      primary key (issuer, epoch, version)
    ) ${tableOptions}`,

    `create table local_key (
      id ${text} not null primary key,
      issuer ${text} not null,
      algorithm ${text} not null,
      kid ${text} not null unique,
      ciphertext ${bytes} not null,
      wraps ${text} not null,
      created_at ${integer} not null
    ) ${tableOptions}`,

    `create table digest_key (
      id ${text} not null primary key,
      purpose ${text} not null,
      version ${integer} not null check (version > 0),
      ciphertext ${bytes} not null,
      wraps ${text} not null,
      created_at ${integer} not null,
      unique (purpose, version)
    ) ${tableOptions}`,
  ],
};
