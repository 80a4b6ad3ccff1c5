import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { ERRORS, GRPC_STATUS, type ErrorCode } from '@mintmark/contract';
import { detailsOf, loadProto } from '@mintmark/proto';
import type { AdminService } from './admin-service.ts';

/** What came of a call, in the same words whatever the transport. */
export type Outcome =
  { readonly answer: unknown } | { readonly code: string; readonly status: string; readonly told: readonly string[] };

const admin = loadProto('mintmark.admin.v1');
export const SERVICES = {
  clients: admin.ClientsService,
  resources: admin.ResourcesService,
  policies: admin.PoliciesService,
  registry: admin.RegistryService,
  keys: admin.KeysService,
  audit: admin.AuditService,
  revocations: admin.RevocationsService,
} as const;

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

export interface GrpcCall {
  readonly service: keyof typeof SERVICES;
  readonly rpc: string;
  readonly message: object;
}

export async function overHttp(service: AdminService, call: HttpCall, token: string): Promise<Outcome> {
  const { method, path, body } = call;
  const { status, body: answer, text } = await service.call(method, path, { token, ...(body ? { body } : {}) });
  if (status < 300) return { answer: path.endsWith('/export') ? { declaration: text } : answer };
  const {
    code,
    error: _error,
    error_description: _description,
    request_id: id,
    ...told
  } = answer as unknown as Failure;
  const expected = ERRORS[codeBehind(code)].http;
  if (!id) throw new Error(`no request id in ${text}`);
  return {
    code,
    status: Number(status) === Number(expected) ? 'as the table says' : String(status),
    told: Object.keys(told).sort(),
  };
}

interface Failure {
  readonly code: string;
  readonly error: unknown;
  readonly error_description: unknown;
  readonly request_id: string;
}

/** Public codes of the verifier that are no code of the table have the mapping of one that is. */
function codeBehind(code: string): ErrorCode {
  return code === 'TOKEN_INVALID' ? 'SIGNATURE_INVALID' : (code as ErrorCode);
}

export class GrpcAdmin {
  readonly #clients = new Map<string, Client>();
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  async call(call: GrpcCall, token: string): Promise<Outcome> {
    const answer = await this.#send(call, token);
    if (!(answer instanceof Error)) return { answer };
    const { code: status, metadata: trailer } = answer as ServiceError;
    const details = detailsOf(trailer);
    const code = details?.reason ?? answer.message;
    const { request_id: id, ...told } = details?.metadata ?? {};
    if (!id) throw new Error(`no request id: ${answer.message}`);
    const expected = GRPC_STATUS[ERRORS[codeBehind(code)].grpc];
    return {
      code,
      status: Number(status) === Number(expected) ? 'as the table says' : String(status),
      told: Object.keys(told).sort(),
    };
  }

  /** What a call that fails says in words. */
  async complaint(call: GrpcCall, token: string): Promise<string> {
    const answer = await this.#send(call, token);
    return answer instanceof Error ? answer.message : 'none';
  }

  /** What comes of bytes that are no message. */
  async garbage(token: string): Promise<string> {
    const client = new Client(this.#address, credentials.createInsecure());
    const bytes = (value: Buffer): Buffer => value;
    const path = '/mintmark.admin.v1.RegistryService/PlanRegistry';
    const metadata = bearing(token);
    try {
      return await new Promise((resolve) => {
        const done = (error: Error | null): void => resolve(error?.message ?? 'none');
        client.makeUnaryRequest(path, bytes, bytes, Buffer.from([0x0a, 0xff]), metadata, done);
      });
    } finally {
      client.close();
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #send({ service: name, rpc, message }: GrpcCall, token: string): Promise<object | Error> {
    const metadata = bearing(token);
    const client = this.#clients.get(name) ?? new SERVICES[name](this.#address, credentials.createInsecure());
    this.#clients.set(name, client);
    const method = (client as unknown as Record<string, Send>)[rpc]!.bind(client);
    return new Promise<object | Error>((resolve) =>
      method(message, metadata, { deadline: Date.now() + 10_000 }, (error, answer) => resolve(error ?? answer)),
    );
  }
}

function bearing(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

type Send = (
  message: object,
  metadata: Metadata,
  options: object,
  done: (error: Error | null, answer: object) => void,
) => void;

/** A gRPC answer in the words of HTTP: snake_case, and null where nothing was sent. */
export function inWireNames(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(inWireNames);
  if (typeof message !== 'object' || message === null) return message;
  const fields = Object.entries(message).filter(([name]) => !name.startsWith('_'));
  return Object.fromEntries(
    fields.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), inWireNames(value)]),
  );
}

/** Null and absent are one, empty or not: what the two transports cannot say alike. */
export function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(fields.map(([name, member]) => [name, withoutNull(member)]));
}
