import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ErrorInfo__Output } from './generated/google/rpc/ErrorInfo.ts';
import type { ProtoGrpcType } from './generated/error_details.ts';
import { LOADER_OPTIONS } from './load-proto.ts';

type RpcMessages = ProtoGrpcType['google']['rpc'];

const messages = loadSync('google/rpc/error_details.proto', LOADER_OPTIONS) as unknown as {
  [Name in keyof RpcMessages as `google.rpc.${Name}`]: RpcMessages[Name];
};

/** Metadata key of the google.rpc.Status that carries error details (gRPC richer error model). */
const DETAILS_KEY = 'grpc-status-details-bin';

export interface ErrorDetails {
  /** Canonical gRPC status number. */
  readonly status: number;
  /** For people: what was wrong and how to mend it. */
  readonly message: string;
  /** google.rpc.ErrorInfo. */
  readonly reason: string;
  readonly domain: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** google.rpc.RetryInfo, in seconds; only where a retry makes sense. */
  readonly retryAfterSeconds?: number;
}

/** A gRPC status whose trailer carries ErrorInfo, and RetryInfo where a retry makes sense. */
export function statusWithDetails(error: ErrorDetails): StatusObject {
  const details = [
    any('ErrorInfo', { reason: error.reason, domain: error.domain, metadata: { ...error.metadata } }),
    ...(error.retryAfterSeconds === undefined
      ? []
      : [any('RetryInfo', { retryDelay: toDuration(error.retryAfterSeconds) })]),
  ];
  const metadata = new Metadata();
  const status = { code: error.status, message: error.message, details };
  metadata.set(DETAILS_KEY, messages['google.rpc.Status'].serialize(status));
  return { code: error.status, details: error.message, metadata };
}

/** Reads ErrorInfo and RetryInfo back from a failed call's trailers; `undefined` if there are none that parse. */
export function detailsOf(
  metadata: Metadata | undefined,
): { reason: string; domain: string; metadata: Record<string, string>; retryAfterSeconds?: number } | undefined {
  const bytes = metadata?.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    return readDetails(bytes);
  } catch {
    return undefined;
  }
}

function readDetails(bytes: Buffer): ReturnType<typeof detailsOf> {
  let info: ErrorInfo__Output | undefined;
  let retryAfterSeconds: number | undefined;
  for (const detail of messages['google.rpc.Status'].deserialize(bytes).details) {
    const { type_url: type, value } = detail;
    if (type.endsWith('/google.rpc.ErrorInfo')) info = messages['google.rpc.ErrorInfo'].deserialize(value);
    if (type.endsWith('/google.rpc.RetryInfo')) {
      const delay = messages['google.rpc.RetryInfo'].deserialize(value).retryDelay;
      if (delay) retryAfterSeconds = Number(delay.seconds) + delay.nanos / 1e9;
    }
  }
  if (!info) return undefined;
  const { reason, domain, metadata } = info;
  return { reason, domain, metadata, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

function any<Name extends 'ErrorInfo' | 'RetryInfo'>(
  name: Name,
  value: Parameters<RpcMessages[Name]['serialize']>[0],
): { type_url: string; value: Buffer } {
  const type = messages[`google.rpc.${name}`] as { serialize(value: unknown): Buffer };
  return { type_url: `type.googleapis.com/google.rpc.${name}`, value: type.serialize(value) };
}

function toDuration(seconds: number): { seconds: number; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
}
