import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { LOADER_OPTIONS, PROTO_FILES, refuseUnframed } from '@mintmark/proto';

export const INVENTORY_PACKAGE = 'mintmark.sample.inventory.v1';
export const INVENTORY_SERVICE = `${INVENTORY_PACKAGE}.InventoryService`;

/** Stands for a request that was no valid protobuf; no schema accepts it. */
const MALFORMED = Symbol('malformed protobuf');

/** The inventory service's definitions; malformed requests reach validation, which answers INVALID_ARGUMENT where grpc-js would say INTERNAL. */
export function inventoryPackage(): PackageDefinition {
  const definition = loadSync(PROTO_FILES[INVENTORY_PACKAGE], LOADER_OPTIONS);
  refuseUnframed(definition);
  const service = definition[INVENTORY_SERVICE];
  if (!service || 'format' in service) throw new Error(`${INVENTORY_SERVICE} is not in its proto file`);
  for (const method of Object.values(service)) {
    const { requestDeserialize: parse } = method;
    method.requestDeserialize = (bytes) => {
      try {
        return parse(bytes);
      } catch {
        return MALFORMED as unknown as object;
      }
    };
  }
  return definition;
}
