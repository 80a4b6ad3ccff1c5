import { credentials, makeGenericClientConstructor, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { basic, connectGrpc, issue } from './ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from './test-token-service.ts';

/** A client that sends bytes as they are, to whatever path. */
function rawCall(address: string, path: string, bytes: Buffer): Promise<ServiceError | null> {
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  };
  const Raw = makeGenericClientConstructor({ Call: method }, 'Raw');
  const client = new Raw(address, credentials.createInsecure()) as unknown as {
    Call(bytes: Buffer, metadata: Metadata, done: (error: ServiceError | null) => void): void;
    close(): void;
  };
  return new Promise((resolve) =>
    client.Call(bytes, new Metadata(), (error) => {
      client.close();
      resolve(error);
    }),
  );
}

const ISSUE = '/mintmark.token.v1.TokenService/IssueToken';

describe('IssueToken, badly', () => {
  let service: TestTokenService;
  beforeAll(async () => (service = await startTestTokenService()));
  afterAll(() => service?.stop());

  it.each<[string, string, Buffer, number, string | undefined]>([
    [
      'bytes that are no protobuf',
      ISSUE,
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      status.INVALID_ARGUMENT,
      'REQUEST_MALFORMED',
    ],
    ['a field cut short', ISSUE, Buffer.from([0x0a, 0xff, 0xff]), status.INVALID_ARGUMENT, 'REQUEST_MALFORMED'],
    [
      'a string longer than the rest',
      ISSUE,
      Buffer.from([0x0a, 0x50, 0x41]),
      status.INVALID_ARGUMENT,
      'REQUEST_MALFORMED',
    ],
    ['an empty message', ISSUE, Buffer.alloc(0), status.UNAUTHENTICATED, 'EVIDENCE_MISSING'],
    ['a message over 16 KiB', ISSUE, Buffer.alloc(16 * 1024 + 1), status.RESOURCE_EXHAUSTED, 'REQUEST_TOO_LARGE'],
    ['an unknown method', '/mintmark.token.v1.TokenService/Nope', Buffer.alloc(0), status.UNIMPLEMENTED, undefined],
    ['an unknown service', '/nobody.v1.Nothing/Nope', Buffer.alloc(0), status.UNIMPLEMENTED, undefined],
  ])('%s', async (_, path, bytes, code, reason) => {
    const error = await rawCall(service.grpc, path, bytes);
    expect(error?.code).toBe(code);
    expect(detailsOf(error?.metadata)?.reason).toBe(reason);
  });

  it('a failed call carries the request id that the log has', async () => {
    const client = connectGrpc(service.grpc);
    const metadata = new Metadata();
    metadata.set('authorization', basic('orders', 'wrong'));
    const error = (await issue(client, { audience: 'inventory' }, metadata)) as ServiceError;
    client.close();
    expect(error.code).toBe(status.UNAUTHENTICATED);
    const id = detailsOf(error.metadata)?.metadata['request_id'] ?? 'none';
    expect(service.logLines.filter((line) => line.includes(id))).toHaveLength(1);
  });

  it('after all that, it still issues', async () => {
    const client = connectGrpc(service.grpc);
    const metadata = new Metadata();
    metadata.set('authorization', basic('reports', service.secretOf('reports')));
    const answer = await issue(client, {}, metadata);
    client.close();
    expect(answer).toMatchObject({ tokenType: 'Bearer', scope: ['stock:read'] });
  });
});
