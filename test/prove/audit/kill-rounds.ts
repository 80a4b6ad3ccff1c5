// The service is killed at a random moment under load, again and again, on the same data directory.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../../../scripts/service-process.ts';
import { describeFinding, verifyAsOperator } from './auditor.ts';
import type { Issuer } from './issuer.ts';
import { readRecords } from './records.ts';
import { Requesters } from './requesters.ts';

/** Requesters of each transport. */
export const REQUESTERS_EACH = 8;

const WAYS = ['power cut', 'kill -9'] as const;
export type Way = (typeof WAYS)[number];

export interface Round {
  readonly way: Way;
  readonly received: readonly string[];
  readonly failures: readonly string[];
  /** Requests without an answer when the signal was sent. */
  readonly inFlight: number;
  /** Of those received. */
  readonly withoutRecord: readonly string[];
  readonly torn: boolean;
}

export class KillRounds {
  readonly rounds: Round[] = [];
  /** What verification found after each restart, the last one included, where it was not that all is well. */
  readonly broken: string[] = [];
  restarts = 0;
  verified = 0;
  /** Why the service did not come up again. */
  stuck: string | undefined;
  readonly #issuer: Issuer;

  constructor(issuer: Issuer) {
    this.#issuer = issuer;
  }

  /** @param onRound told after each round */
  async run(count: number, onRound: (done: number) => void): Promise<void> {
    for (let at = 0; at < count && this.stuck === undefined; at++) {
      const way = WAYS[at % WAYS.length] ?? 'kill -9';
      const service = await this.#restart(way);
      if (!service) break;
      this.rounds.push(await this.#killUnderLoad(service, way));
      onRound(at + 1);
    }
    await (await this.#restart('kill -9'))?.stop();
  }

  /** Starts the service on what the last round left, and has the chain verified. */
  async #restart(way: Way): Promise<ServiceProcess | undefined> {
    const disk = way === 'power cut' ? [new URL('power-cut.ts', import.meta.url)] : [];
    let service: ServiceProcess | undefined;
    try {
      service = await this.#issuer.start(...disk);
      this.restarts += 1;
      await this.#verify();
      return service;
    } catch (error) {
      this.stuck = error instanceof Error ? error.message : String(error);
      await service?.stop('SIGKILL');
      return undefined;
    }
  }

  async #verify(): Promise<void> {
    const finding = await verifyAsOperator(this.#issuer);
    if (finding.ok) this.verified += 1;
    else this.broken.push(describeFinding(finding));
  }

  async #killUnderLoad(service: ServiceProcess, way: Way): Promise<Round> {
    const requesters = new Requesters(this.#issuer, REQUESTERS_EACH);
    await underWay(requesters);
    await sleep(randomInt(20, 500));
    requesters.expectTheEnd();
    const { inFlight } = requesters;
    await service.stop('SIGKILL');
    await requesters.stop();
    const { received, failures } = requesters;
    const { issued, torn } = readRecords(this.#issuer.auditFile);
    const withoutRecord = received.filter((tokenId) => !issued.has(tokenId));
    return { way, received, failures, inFlight, withoutRecord, torn };
  }
}

/** @throws Error if the service does not issue at all */
async function underWay({ received, failures }: Requesters): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (received.length < REQUESTERS_EACH) {
    if (performance.now() > deadline) throw new Error(`no load within 20 s: ${failures[0] ?? 'no answer'}`);
    await sleep(5);
  }
}
