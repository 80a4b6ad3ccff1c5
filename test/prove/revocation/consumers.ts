import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProcess } from '../../../scripts/service-process.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Look } from './verifier-host.ts';

interface Watch {
  readonly address: string;
  readonly clientId: string;
  readonly secret: string;
}

interface Setting {
  readonly count: number;
  readonly watch: Watch;
  /** More settings: what breaks it on purpose. */
  readonly settings: Readonly<Record<string, string>>;
}

const LOOK_EVERY_MS = 50;

/** Consumer services in processes of their own, asked over HTTP whether they let a token in. */
export class Consumers implements AsyncDisposable {
  readonly #processes: ServiceProcess[] = [];
  readonly #refused: Record<string, { at: number; code: string }>[] = [];
  #looking: AbortController = new AbortController();

  static async start({ issuer, timeScale, folder }: Cluster, { count, watch, settings }: Setting): Promise<Consumers> {
    const consumers = new Consumers();
    const secretFile = join(folder, 'watching-secret');
    writeFileSync(secretFile, watch.secret, { mode: 0o600 });
    const environment = {
      ...{ MINTMARK_ISSUER: issuer, MINTMARK_TIME_SCALE: String(timeScale), MINTMARK_AUDIENCE: 'inventory' },
      ...{ MINTMARK_WATCH_ADDRESS: watch.address, MINTMARK_CLIENT_ID: watch.clientId },
      ...{ MINTMARK_CLIENT_SECRET_FILE: secretFile },
      ...{ MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0', MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0' },
      ...settings,
    };
    for (let index = 0; index < count; index += 1) {
      const started = await ServiceProcess.start({ name: 'consumer-service', environment, readyWithinSeconds: 60 });
      consumers.#processes.push(started);
    }
    return consumers;
  }

  get count(): number {
    return this.#processes.length;
  }

  /** @returns how many accept all of them now; and looks at them from then on */
  async look(tokens: Readonly<Record<string, string>>): Promise<number> {
    this.#looking.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    this.#processes.forEach((_, index) => (this.#refused[index] = {}));
    await this.#lookOnce(tokens);
    void this.#lookOnAndOn(tokens, signal);
    return this.#refused.filter((refused) => Object.keys(refused).length === 0).length;
  }

  report(): readonly Look[] {
    return this.#refused.map((refused, index) => ({ name: `consumer-${index + 1}`, cached: true, refused }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#looking.abort();
    await Promise.all(this.#processes.map((each) => each.stop()));
  }

  async #lookOnAndOn(tokens: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#lookOnce(tokens);
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #lookOnce(tokens: Readonly<Record<string, string>>): Promise<void> {
    await Promise.all(this.#processes.map((each, index) => this.#lookAt(each, tokens, this.#refused[index]!)));
  }

  /** Over HTTP it says no more than 401: which of its reasons it was stays in its log. */
  async #lookAt(
    { ready }: ServiceProcess,
    tokens: Readonly<Record<string, string>>,
    refused: Record<string, { at: number; code: string }>,
  ): Promise<void> {
    for (const [name, token] of Object.entries(tokens)) {
      if (refused[name]?.code === 'TOKEN_REVOKED') continue;
      const at = Date.now();
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`http://${ready.http}/stock`, { headers }).catch(() => undefined);
      if (answer?.ok) delete refused[name];
      else
        refused[name] = { at: refused[name]?.at ?? at, code: answer?.status === 401 ? 'TOKEN_REVOKED' : 'UNDECIDED' };
    }
  }
}
