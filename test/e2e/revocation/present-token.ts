import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { ROUTES } from '@mintmark/contract';
import { detailsOf } from '@mintmark/proto';
import { connectGrpc, post, type TokenGrpcClient } from '../issuing/ask-for-token.ts';

/** What is said or asked of a token, as a table states it, whatever the transport. */
export interface Presented {
  /** Values of the Authorization header or metadata entry, in order. */
  readonly authorization?: readonly string[];
  readonly token?: string;
  readonly hint?: string;
  readonly assertion?: string;
}

/** An answer, or a code. */
export type Answer = Readonly<Record<string, unknown>>;
export type Endpoint = 'revoke' | 'introspect';

/** One service over both of its transports. */
export class Presenting implements Disposable {
  readonly #http: string;
  readonly #grpc: TokenGrpcClient;

  constructor({ http, grpc }: { readonly http: string; readonly grpc: string }) {
    this.#http = http;
    this.#grpc = connectGrpc(grpc);
  }

  async overHttp(endpoint: Endpoint, { authorization, token, hint, assertion }: Presented): Promise<Answer> {
    const given = { token, token_type_hint: hint, client_assertion: assertion };
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(given)) if (value) form.set(name, value);
    const { body } = await post(`${this.#http}${ROUTES[endpoint]}`, form.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization?.length ? { authorization: [...authorization] } : {}),
    });
    return typeof body['code'] === 'string' ? { code: body['code'] } : body;
  }

  overGrpc(endpoint: Endpoint, { authorization, token, hint, assertion }: Presented): Promise<Answer> {
    const metadata = new Metadata();
    for (const value of authorization ?? []) metadata.add('authorization', value);
    const message = { token: token ?? '', tokenTypeHint: hint ?? '', clientAssertion: assertion ?? '' };
    const deadline = { deadline: Date.now() + 5_000 };
    return new Promise((resolve) => {
      const settle = (error: ServiceError | null, answer?: object) =>
        resolve(error ? { code: detailsOf(error.metadata)?.reason } : inWireNames(answer as Answer));
      if (endpoint === 'revoke') this.#grpc.revokeToken(message, metadata, deadline, settle);
      else this.#grpc.introspectToken(message, metadata, deadline, settle);
    });
  }

  [Symbol.dispose](): void {
    this.#grpc.close();
  }
}

/** As HTTP says it: nothing that is absent, and names in snake_case. */
function inWireNames(answer: Answer): Answer {
  const said = Object.entries(answer).filter(([, value]) => value !== '' && value !== 0 && value !== null);
  return Object.fromEntries(said.map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]));
}
