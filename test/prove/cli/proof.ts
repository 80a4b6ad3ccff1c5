import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { normalise } from './normalise.ts';
import { Shell, type Typed } from './shell.ts';
import { Traffic } from './traffic.ts';
import { Transcript } from './transcript.ts';

const USUAL_PORTS = [4000, 4001, 4002, 4003, 4004] as const;

/** Accepted by the service in development mode on loopback alone: keys sign before verifiers can have learnt of them. */
const SABOTAGE = { MINTMARK_PUBLISH_AHEAD: '1m', MINTMARK_UNSAFE_TIMING: 'true' };

/** For what takes a few seconds on a quiet machine. */
const PATIENCE_SECONDS = 90;

interface Claim {
  readonly what: string;
  readonly holds: boolean;
  readonly detail: string;
}

/** One run: the service as a process of its own, a shell, traffic, and what is claimed of them. */
export class Proof {
  readonly timeScale = 240;
  readonly traffic: Traffic;
  readonly addresses: { issuer: string; management: string; admin: string };
  readonly claims: Claim[] = [];
  readonly #shell: Shell;
  readonly #transcript = new Transcript();
  readonly #settings: Record<string, string>;
  readonly #ports: number[];
  readonly #kids = new Set<string>();
  #service: ServiceProcess | undefined;

  static async prepare(sabotage: boolean): Promise<Proof> {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-prove-cli-'));
    return new Proof(directory, await freePorts(USUAL_PORTS.length), sabotage);
  }

  private constructor(directory: string, ports: number[], sabotage: boolean) {
    const [http, grpc, management, admin, adminGrpc] = ports.map((port) => `127.0.0.1:${port}`) as [
      string,
      ...string[],
    ];
    const issuer = `http://${http}`;
    this.#ports = ports;
    this.addresses = { issuer, management: `http://${management}`, admin: `http://${admin}` };
    this.#shell = new Shell(directory, { MINTMARK_TIME_SCALE: String(this.timeScale) });
    this.traffic = this.newTraffic();
    this.#settings = {
      MINTMARK_MODE: 'development',
      MINTMARK_TIME_SCALE: String(this.timeScale),
      MINTMARK_DATA_DIR: join(directory, '.mintmark'),
      MINTMARK_ISSUER: issuer,
      MINTMARK_HTTP_ADDRESS: http,
      MINTMARK_GRPC_ADDRESS: grpc ?? '',
      MINTMARK_MANAGEMENT_ADDRESS: management ?? '',
      MINTMARK_ADMIN_ADDRESS: admin ?? '',
      MINTMARK_ADMIN_GRPC_ADDRESS: adminGrpc ?? '',
      ...(sabotage ? SABOTAGE : {}),
    };
  }

  async startService(): Promise<void> {
    this.#service = await ServiceProcess.start({ name: 'token-service', environment: this.#settings });
  }

  newTraffic(): Traffic {
    const secretFile = join(this.directory, 'orders.secret');
    return new Traffic({ issuer: this.addresses.issuer, secretFile, timeScale: this.timeScale });
  }

  say(markdown: string): void {
    this.#transcript.say(markdown);
  }

  /** Types a line for the page; that it exits as it should is claimed. */
  async type(line: string, { exits = 0 }: { readonly exits?: number } = {}): Promise<Typed> {
    const typed = await this.quietly(line);
    this.#transcript.add(typed);
    const holds = typed.exitCode === exits;
    this.claim(`exit ${exits}: ${line}`, holds, holds ? '' : `exit ${typed.exitCode}: ${typed.printed}`);
    return typed;
  }

  /** Types a line that is not for the page. */
  quietly(line: string): Promise<Typed> {
    return this.#shell.type(line);
  }

  get directory(): string {
    return this.#shell.directory;
  }

  claim(what: string, holds: boolean, detail = ''): void {
    this.claims.push({ what, holds, detail });
  }

  async untilRotationIsAllowed(): Promise<void> {
    await this.#until('rotation is allowed', async () => {
      await this.#learnKids();
      const { exitCode, printed } = await this.quietly('mintmark keys rotate --plan -o json');
      if (exitCode !== 0) return false;
      const { timeline } = JSON.parse(printed) as { timeline: { at: string }[] };
      // A plan made too early names the time from which it may be done.
      return timeline.every(({ at }, index) => index > 0 || Date.parse(at) <= Date.now());
    });
  }

  async untilKeysSeen(count: number): Promise<void> {
    await this.#until(`${count} keys were seen signing`, async () => this.traffic.kids.size >= count);
    await this.#learnKids();
  }

  /** So that whatever has just been done had the time to go wrong. */
  async untilMoreCalls(count: number): Promise<void> {
    const calls = () => this.traffic.succeeded + this.traffic.failures.length;
    const target = calls() + count;
    await this.#until(`${count} more calls`, async () => calls() >= target);
  }

  /** The page, the same at every run. */
  page(): string {
    const ports = new Map(this.#ports.map((port, at) => [port, USUAL_PORTS[at] ?? port]));
    return normalise(this.#transcript.toString(), { ports, directory: this.directory, kids: [...this.#kids] });
  }

  async end(): Promise<void> {
    await this.traffic.stop();
    await this.#service?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #learnKids(): Promise<void> {
    const { printed } = await this.quietly('mintmark keys status -o json');
    const { rings = [] } = JSON.parse(printed) as { rings?: { keys: { kid: string | null; created_at: string }[] }[] };
    for (const { kid } of rings.flatMap(({ keys }) => keys)) if (kid !== null) this.#kids.add(kid);
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_SECONDS * 1000;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_SECONDS} s`);
      await sleep(250);
    }
  }
}
