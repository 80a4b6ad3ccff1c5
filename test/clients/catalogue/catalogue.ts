// Every method and every defect: what is sent, and the one verdict it gets over HTTP and over gRPC.
import type { Case } from './case.ts';
import { CERTIFICATES } from './certificates.ts';
import { OWN_KEYS } from './own-keys.ts';
import { PROXIED } from './proxied.ts';
import { SECRETS } from './secrets.ts';
import { TWO_MECHANISMS } from './two-mechanisms.ts';
import { WORKLOADS } from './workloads.ts';

export const CASES: readonly Case[] = [
  ...SECRETS,
  ...OWN_KEYS,
  ...WORKLOADS,
  ...CERTIFICATES,
  ...PROXIED,
  ...TWO_MECHANISMS,
];
