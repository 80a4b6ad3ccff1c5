import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type StatusObject,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

/** One method of each kind, over plain text; a request of `malformed` cannot be deserialised. */
const deserialize = (bytes: Buffer): string => {
  const text = bytes.toString();
  received.push(text);
  if (text === 'malformed') throw new Error('not a message');
  return text;
};
const serialize = (text: string): Buffer => Buffer.from(text);

/** Every request message that was read, by any server of this file. */
export const received: string[] = [];

const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/echo.v1.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: (bytes: Buffer): string => bytes.toString(),
});

export const ECHO = {
  Unary: method('Unary', false, false),
  ServerStream: method('ServerStream', false, true),
  ClientStream: method('ClientStream', true, false),
  Bidi: method('Bidi', true, true),
} satisfies ServiceDefinition;

export type Kind = keyof typeof ECHO;
export const KINDS = Object.keys(ECHO) as Kind[];
export const pathOf = (kind: Kind): string => ECHO[kind].path;

export async function startEcho(
  implementation: UntypedServiceImplementation,
  interceptor: ServerInterceptor,
  security = ServerCredentials.createInsecure(),
): Promise<{ address: string; server: Server }> {
  const server = new Server({ interceptors: [interceptor] });
  server.addService(ECHO, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', security, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, server };
}

export function authorization(...values: string[]): Metadata {
  const metadata = new Metadata();
  for (const value of values) metadata.add('authorization', value);
  return metadata;
}

export interface Outcome {
  readonly status: StatusObject;
  readonly messages: readonly string[];
}

export interface CallSettings {
  readonly deadline?: number;
  /** Whether the client stops sending after its messages; default true. */
  readonly end?: boolean;
  /** The client hangs up. */
  readonly signal?: AbortSignal;
}

/** Makes one call of any kind, sends these messages, and waits for its end. */
export function call(
  client: Client,
  kind: Kind,
  metadata: Metadata,
  requests: readonly string[] = ['one'],
  settings: CallSettings = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const messages: string[] = [];
    const stream = open(client, { kind, metadata, settings, onMessage: (message) => messages.push(message) }, requests);
    stream.on('error', () => undefined);
    settings.signal?.addEventListener('abort', () => stream.cancel());
    stream.on('status', (status: StatusObject) => resolve({ status, messages }));
  });
}

interface Opening {
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly settings: CallSettings;
  readonly onMessage: (message: string) => void;
}

function open(client: Client, { kind, metadata, settings, onMessage }: Opening, requests: readonly string[]) {
  const { path, requestSerialize: to, responseDeserialize: from } = ECHO[kind];
  const options = settings.deadline === undefined ? {} : { deadline: settings.deadline };
  const onResponse = (_error: unknown, message?: string): void => void (message === undefined || onMessage(message));
  const send = <Stream extends { write(message: string): unknown; end(): unknown }>(stream: Stream): Stream => {
    requests.forEach((request) => stream.write(request));
    if (settings.end !== false) stream.end();
    return stream;
  };
  switch (kind) {
    case 'Unary':
      return client.makeUnaryRequest(path, to, from, requests[0] ?? '', metadata, options, onResponse);
    case 'ServerStream':
      return client.makeServerStreamRequest(path, to, from, requests[0] ?? '', metadata, options).on('data', onMessage);
    case 'ClientStream':
      return send(client.makeClientStreamRequest(path, to, from, metadata, options, onResponse));
    case 'Bidi':
      return send(client.makeBidiStreamRequest(path, to, from, metadata, options)).on('data', onMessage);
  }
}

export const clientOf = (address: string): Client => new Client(address, credentials.createInsecure());
