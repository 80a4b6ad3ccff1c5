import type { Migration } from '../migrator.ts';
import { keys } from './0001-keys.ts';
import { registry } from './0002-registry.ts';
import { administration } from './0003-administration.ts';
import { replicaAnchors } from './0004-replica-anchors.ts';
import { authentication } from './0005-authentication.ts';
import { keySetSeal } from './0006-key-set-seal.ts';
import { condemnedCustody } from './0007-condemned-custody.ts';
import { revocations } from './0008-revocations.ts';
import { verifierAcks } from './0009-verifier-acks.ts';
import { keyEventSeal } from './0010-key-event-seal.ts';
import { verifierTokens } from './0011-verifier-tokens.ts';
import { adminTokenDigest } from './0012-admin-token-digest.ts';

/** In the order in which they run. Append only. */
export const ALL_MIGRATIONS: readonly Migration[] = [
  keys,
  registry,
  administration,
  replicaAnchors,
  authentication,
  keySetSeal,
  condemnedCustody,
  revocations,
  verifierAcks,
  keyEventSeal,
  verifierTokens,
  adminTokenDigest,
];
