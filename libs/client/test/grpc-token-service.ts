import { Server, ServerCredentials, type handleUnaryCall, type Metadata } from '@grpc/grpc-js';
import {
  loadProto,
  type IssueTokenRequest__Output as Request,
  type IssueTokenResponse as Response,
} from '@mintmark/proto';

type Handler = handleUnaryCall<Request, Response>;

export interface GrpcDouble {
  readonly address: string;
  readonly received: { readonly message: Request; readonly metadata: Metadata }[];
  respond: Handler;
  close(): void;
}

/** A TokenService on a free loopback port that records what it got. */
export async function grpcDouble(
  respond: Handler = answer(),
  credentials = ServerCredentials.createInsecure(),
): Promise<GrpcDouble> {
  const double = { received: [] as GrpcDouble['received'], respond };
  const server = new Server();
  server.addService(loadProto('mintmark.token.v1').TokenService.service, {
    IssueToken: ((call, callback) => {
      double.received.push({ message: call.request, metadata: call.metadata });
      double.respond(call, callback);
    }) satisfies Handler,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return Object.assign(double, { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() });
}

export function answer(over: Response = {}): Handler {
  return (_call, callback) =>
    callback(null, { accessToken: 'aaa.bbb.ccc', tokenType: 'Bearer', expiresIn: 300, scope: ['stock:read'], ...over });
}
