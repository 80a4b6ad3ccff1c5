import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';
import type { ProtoGrpcType as AdminProto } from './generated/admin.ts';
import type { ProtoGrpcType as InventoryProto } from './generated/inventory.ts';
import type { ProtoGrpcType as KeySetProto } from './generated/keyset.ts';
import type { ProtoGrpcType as TokenProto } from './generated/token.ts';

/** The folder the `.proto` files lie in. */
export const protoRoot = fileURLToPath(new URL('../../../proto/', import.meta.url));

/** Paths below `protoRoot`, by package. */
export const PROTO_FILES = {
  'mintmark.admin.v1': 'mintmark/admin/v1/admin.proto',
  'mintmark.keyset.v1': 'mintmark/keyset/v1/keyset.proto',
  'mintmark.token.v1': 'mintmark/token/v1/token.proto',
  'mintmark.sample.inventory.v1': 'mintmark/sample/inventory/v1/inventory.proto',
} as const;

/** How every message is decoded; the generated types assume exactly this. */
export const LOADER_OPTIONS: Options = { longs: Number, defaults: true, oneofs: true, includeDirs: [protoRoot] };

interface Packages {
  'mintmark.admin.v1': AdminProto['mintmark']['admin']['v1'];
  'mintmark.keyset.v1': KeySetProto['mintmark']['keyset']['v1'];
  'mintmark.token.v1': TokenProto['mintmark']['token']['v1'];
  'mintmark.sample.inventory.v1': InventoryProto['mintmark']['sample']['inventory']['v1'];
}

/** Loads one package: its service clients and definitions, typed. */
export function loadProto<Name extends keyof Packages>(name: Name): Packages[Name] {
  let node: unknown = loadPackageDefinition(loadSync(PROTO_FILES[name], LOADER_OPTIONS));
  for (const part of name.split('.')) node = (node as Record<string, unknown>)[part];
  return node as Packages[Name];
}
