import type { GrpcCall, HttpCall } from '../call-both.ts';

export const DECLARATION = `
apiVersion: mintmark/v1
resources:
  - id: inventory
    scopes: [stock:read, stock:reserve]
clients:
  - id: orders
    credentials: [{ kind: client_secret }]
  - id: reports
    credentials: [{ kind: client_secret }]
policies:
  - client: orders
    resource: inventory
    scopes: [stock:read]
  - client: reports
    resource: inventory
    scopes: [stock:read]
`;

/** One operation as a table has it: what it asks for, over both transports. `name` keeps the two from meeting. */
export interface Row {
  readonly operation: string;
  readonly scope: string;
  readonly http: (name: string, version: number, kids: Kids) => HttpCall;
  readonly grpc: (name: string, version: number, kids: Kids) => GrpcCall;
  /** Takes away what two calls cannot have alike: ids, instants, versions. */
  readonly settle?: (answer: unknown) => unknown;
}

/** Of the public ring. */
export interface Kids {
  readonly active: string;
  readonly standby: string;
}

/** What an operation answered. */
export type Answer = Record<string, unknown>;
