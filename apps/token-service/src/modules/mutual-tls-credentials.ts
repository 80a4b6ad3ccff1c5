import { ServerCredentials } from '@grpc/grpc-js';
import { MUTUAL_TLS, type TlsFiles } from './tls-files.ts';

/** TLS for a gRPC listener that takes up new files as they come. */
export class MutualTlsCredentials extends ServerCredentials {
  readonly #unfollow: () => void;

  constructor(files: TlsFiles) {
    super(MUTUAL_TLS, { ...MUTUAL_TLS, ...files.context });
    this.#unfollow = files.follow((context) => this.updateSecureContextOptions({ ...MUTUAL_TLS, ...context }));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }

  close(): void {
    this.#unfollow();
  }
}
