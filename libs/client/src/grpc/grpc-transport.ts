import { ChannelCredentials, Metadata, status, type ChannelOptions, type ServiceError } from '@grpc/grpc-js';
import {
  detailsOf,
  loadProto,
  type IssueTokenRequest,
  type IssueTokenResponse__Output,
  type TokenServiceClient,
} from '@mintmark/proto';
import type { ClientEvidence } from '../client-identity.ts';
import { onTheWire } from '../evidence-on-the-wire.ts';
import { foreignText } from '../foreign-text.ts';
import { checkedToken } from '../issued-token.ts';
import { isRetryable } from '../retryable.ts';
import { TokenRequestError } from '../token-request-error.ts';
import type { IssuedToken, TokenTransport, TransportCall } from '../token-transport.ts';
import { usableCertificate } from '../usable-certificate.ts';
import { onAbort } from '../wait.ts';
import { isLoopbackTarget } from './grpc-address.ts';
import { lifeByClaims } from './token-life.ts';

export interface GrpcTransportOptions {
  /** gRPC target, `tokens.internal:4001` or `dns:///…`. */
  readonly address: string;
  /** Default: TLS with the system's roots, and none for loopback. */
  readonly credentials?: ChannelCredentials;
  /** Added to the channel's options, `grpc.ssl_target_name_override` for one. */
  readonly channelOptions?: ChannelOptions;
}

/** A dead connection is noticed between calls, and one attempt is one attempt: the client does its own repeating. */
const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.max_receive_message_length': 64 * 1024,
};

/**
 * Requests tokens by `mintmark.token.v1.TokenService/IssueToken`, authenticated as the identity has it. With a certificate the
 * address is that of the listener that asks for one, and `credentials` are not used.
 * The connection is made with the first request.
 * @throws TypeError on an insecure channel to anywhere but loopback
 */
export function grpcTransport(options: GrpcTransportOptions): TokenTransport {
  const { address } = options;
  if (!address) throw new TypeError('grpcTransport: address is missing');
  const loopback = isLoopbackTarget(address);
  const credentials =
    options.credentials ?? (loopback ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl());
  const secure = credentials._isSecure();
  if (!secure && !loopback) {
    throw new TypeError(`grpcTransport: an insecure channel would send the secret to ${address} in clear; use TLS`);
  }
  // A proxy from the environment would read what an insecure channel carries.
  const proxy = secure ? {} : { 'grpc.enable_http_proxy': 0 };
  const { TokenService } = loadProto('mintmark.token.v1');
  const channel = { ...CHANNEL_OPTIONS, ...options.channelOptions, ...proxy };
  const stubs = new Stubs((by = credentials) => new TokenService(address, by, channel));
  return { issue: async (call) => issue(stubs.for(call.evidence), call), close: () => stubs.close() };
}

type Shown = Extract<ClientEvidence, { kind: 'client_certificate' }>;

/** One connection without a certificate, and one with the certificate of the moment. */
class Stubs {
  readonly #open: (by?: ChannelCredentials) => TokenServiceClient;
  readonly #plain: TokenServiceClient;
  #shown: { readonly evidence: Shown; readonly stub: TokenServiceClient } | undefined;

  constructor(open: (by?: ChannelCredentials) => TokenServiceClient) {
    this.#open = open;
    this.#plain = open();
  }

  for(evidence: ClientEvidence): TokenServiceClient {
    if (evidence.kind !== 'client_certificate') return this.#plain;
    const before = this.#shown;
    if (before && isSame(before.evidence, evidence)) return before.stub;
    try {
      const stub = this.#open(usableCertificate(() => credentialsOf(evidence)));
      this.#shown = { evidence, stub };
      before?.stub.close();
      return stub;
    } catch (error) {
      // What cannot be used, half-renewed files for instance, must not take away what works.
      if (before && isOfTheSame(before.evidence, evidence)) return before.stub;
      throw error;
    }
  }

  close(): void {
    this.#plain.close();
    this.#shown?.stub.close();
  }
}

function isSame(one: Shown, other: Shown): boolean {
  const { certificate, privateKey } = other;
  return one.certificate === certificate && one.privateKey.equals(privateKey) && isOfTheSame(one, other);
}

/** Of one client; and trust in the token service changes with its authorities, though the certificate is the same. */
function isOfTheSame(one: Shown, other: Shown): boolean {
  return one.clientId === other.clientId && one.authority === other.authority;
}

function credentialsOf({ certificate, privateKey, authority }: Shown): ChannelCredentials {
  const [key, chain] = [Buffer.from(privateKey.reveal()), Buffer.from(certificate)];
  return ChannelCredentials.createSsl(authority === undefined ? null : Buffer.from(authority), key, chain);
}

async function issue(stub: TokenServiceClient, call: TransportCall): Promise<IssuedToken> {
  return tokenOf(await answerTo(stub, call), call.timeScale);
}

function answerTo(stub: TokenServiceClient, call: TransportCall): Promise<IssueTokenResponse__Output> {
  const { evidence, signal } = call;
  const metadata = new Metadata();
  const { authorization } = onTheWire(evidence);
  if (authorization !== undefined) metadata.set('authorization', authorization);
  return new Promise((resolve, reject) => {
    const pending = stub.issueToken(messageOf(call), metadata, (error, response) => {
      forget();
      if (error) return reject(failureOf(error, evidence));
      if (!response) return reject(noAnswer());
      resolve(response);
    });
    const forget = onAbort(signal, () => pending.cancel());
  });
}

function messageOf({ request, evidence }: TransportCall): IssueTokenRequest {
  const { target, scopes } = request;
  const { clientId = '', assertionType = '', assertion = '' } = onTheWire(evidence);
  return {
    ...(target ? { [target.kind]: target.value } : {}),
    scope: [...scopes],
    clientId,
    clientAssertionType: assertionType,
    clientAssertion: assertion,
  };
}

/** `expires_in` is whole seconds on this wire: too coarse where a lifetime is scaled down to a few of them. */
function tokenOf(response: IssueTokenResponse__Output, timeScale: number): IssuedToken {
  const { accessToken, tokenType, expiresIn, scope: scopes } = response;
  const expiresInSeconds = timeScale > 1 ? (lifeByClaims(accessToken) ?? expiresIn) : expiresIn;
  return checkedToken({ accessToken, tokenType, expiresInSeconds, scopes });
}

function failureOf(error: ServiceError, evidence: ClientEvidence): TokenRequestError {
  const details = detailsOf(error.metadata);
  const unreachable = !details && error.code === status.UNAVAILABLE;
  const code = unreachable ? 'ISSUER_UNREACHABLE' : foreignText(details?.reason, evidence);
  return new TokenRequestError({
    code,
    detail: foreignText(error.details, evidence) ?? 'the token service refused without saying why',
    retryable: isRetryable(code, { grpc: error.code }),
    grpcStatus: error.code,
    requestId: foreignText(details?.metadata['request_id'], evidence),
    retryAfterSeconds: details?.retryAfterSeconds,
  });
}

function noAnswer(): TokenRequestError {
  const detail = 'the token service answered without a message';
  return new TokenRequestError({ code: 'RESPONSE_INVALID', detail, retryable: false });
}
