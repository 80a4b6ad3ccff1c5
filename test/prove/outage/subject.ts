import type { Verdict } from '@mintmark/verifier';
import { InventoryCalls } from '../../../scripts/demo/inventory-calls.ts';
import { ServiceProcess } from '../../../scripts/service-process.ts';
import type { HostedProcess } from '../hosted-process.ts';
import { preloading } from '../services.ts';

/** `accepted`, `cannot determine` with all that belongs to it, or in words what it was instead. */
export type Answer = 'accepted' | 'cannot determine' | (string & {});

/** Something that verifies tokens: the library, or a service with it inside. */
export interface Subject {
  /** One answer by each way there is to ask. */
  ask(token: string): Promise<readonly Answer[]>;
  close(): Promise<void>;
}

export async function isAccepted(subject: Subject, token: string): Promise<boolean> {
  return (await subject.ask(token)).every((answer) => answer === 'accepted');
}

export function librarySubject(library: HostedProcess, name: string): Subject {
  return {
    ask: async (token) => [describe(await library.call<Verdict>('verify', name, token))],
    close: () => Promise.resolve(),
  };
}

function describe(verdict: Verdict): Answer {
  if (verdict.ok) return 'accepted';
  if (verdict.code !== 'KEYS_UNAVAILABLE') return verdict.code;
  return (verdict.retryAfterSeconds ?? 0) >= 1 ? 'cannot determine' : 'KEYS_UNAVAILABLE without a time to retry';
}

interface ConsumerOptions {
  readonly issuer: string;
  readonly timeScale: number;
  readonly preload: URL | undefined;
}

/** A consumer-service process, asked over HTTP and gRPC at once. */
export async function consumerSubject({ issuer, timeScale, preload }: ConsumerOptions): Promise<ConsumerSubject> {
  const service = await ServiceProcess.start({
    name: 'consumer-service',
    readyWithinSeconds: 40,
    environment: {
      MINTMARK_MODE: 'development',
      MINTMARK_TIME_SCALE: String(timeScale),
      MINTMARK_ISSUER: issuer,
      MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0',
      MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0',
      ...preloading(preload),
    },
  });
  return new ConsumerSubject(service);
}

export class ConsumerSubject implements Subject {
  readonly url: string;
  readonly #service: ServiceProcess;
  readonly #calls: InventoryCalls;

  constructor(service: ServiceProcess) {
    this.#service = service;
    this.url = `http://${service.ready.http}/stock`;
    this.#calls = new InventoryCalls(service);
  }

  ask(token: string): Promise<readonly Answer[]> {
    return Promise.all([this.askHttp(token), this.#askGrpc(token)]);
  }

  async askHttp(token: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(this.url, { headers, signal: AbortSignal.timeout(10_000) });
    const { code } = (await response.json()) as { code?: string };
    if (response.status === 200) return 'accepted';
    if (response.status !== 503 || code !== 'CANNOT_DETERMINE') return `${response.status} ${code}`;
    return Number(response.headers.get('retry-after')) >= 1 ? 'cannot determine' : '503 without Retry-After';
  }

  async close(): Promise<void> {
    this.#calls.close();
    await this.#service.stop('SIGKILL');
  }

  async #askGrpc(token: string): Promise<Answer> {
    const said = await this.#calls.grpcList(token);
    if (said.startsWith('ok')) return 'accepted';
    return said === 'UNAVAILABLE CANNOT_DETERMINE' ? 'cannot determine' : said;
  }
}
