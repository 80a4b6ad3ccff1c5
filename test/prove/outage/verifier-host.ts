// A process with nothing in it but the verifier library, driven by the proof.
import { randomBytes } from 'node:crypto';
import { createVerifier, remoteKeySet, type Verdict, type Verifier } from '@mintmark/verifier';
import { host } from '../hosted-process.ts';

interface VerifierSettings {
  readonly name: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly timeScale: number;
}

/** A flood of tokens that are right in all but their kid. */
interface FloodSettings {
  readonly name: string;
  readonly perSecond: number;
  readonly claims: object;
}

export interface FloodReport {
  readonly sent: number;
  readonly seconds: number;
  /** Of the process that floods and verifies. */
  readonly cpuSeconds: number;
  /** How many got each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
}

const verifiers = new Map<string, Verifier>();
const floods = new Map<string, Flood>();

host({
  async open({ name, issuer, jwksUrl, timeScale }: VerifierSettings): Promise<void> {
    const keys = remoteKeySet({ url: jwksUrl });
    const verifier = createVerifier({
      issuer,
      audience: 'inventory',
      keys,
      timeScale,
      unsafelyWithoutRevocations: true,
    });
    await verifier.ready();
    verifiers.set(name, verifier);
  },
  verify: (name: string, token: string): Promise<Verdict> => verifierNamed(name).verify(token),
  flood(settings: FloodSettings): void {
    floods.set(settings.name, new Flood(verifierNamed(settings.name), settings));
  },
  endFlood: (name: string): Promise<FloodReport> | undefined => floods.get(name)?.end(),
});

function verifierNamed(name: string): Verifier {
  const verifier = verifiers.get(name);
  if (!verifier) throw new Error(`no verifier is called ${name}`);
  return verifier;
}

class Flood {
  readonly #verifier: Verifier;
  readonly #payload: string;
  readonly #perSecond: number;
  readonly #started = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #kids = randomBytes(32);
  readonly #signature = randomBytes(64).toString('base64url');
  readonly #verdicts: Record<string, number> = {};
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  constructor(verifier: Verifier, { claims, perSecond }: FloodSettings) {
    this.#verifier = verifier;
    this.#payload = encode(claims);
    this.#perSecond = perSecond;
    this.#timer = setInterval(() => this.#sendWhatIsDue(), 5);
  }

  async end(): Promise<FloodReport> {
    clearInterval(this.#timer);
    const seconds = (performance.now() - this.#started) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    await Promise.all(this.#pending);
    return { sent: this.#sent, seconds, cpuSeconds: (user + system) / 1e6, verdicts: this.#verdicts };
  }

  /** What a late timer left out is caught up on, but never so much at once that known tokens could not get through. */
  #sendWhatIsDue(): void {
    const due = ((performance.now() - this.#started) / 1000) * this.#perSecond - this.#sent;
    for (let left = Math.min(due, this.#perSecond / 10); left >= 1; left -= 1) this.#send();
  }

  #send(): void {
    this.#sent += 1;
    this.#kids.writeUInt32LE(this.#sent); // as good as random, and nobody has seen it before
    const header = encode({ alg: 'ES256', kid: this.#kids.toString('base64url'), typ: 'at+jwt' });
    const token = `${header}.${this.#payload}.${this.#signature}`;
    const pending = this.#verifier.verify(token).then((verdict) => {
      const code = verdict.ok ? 'OK' : verdict.code;
      this.#verdicts[code] = (this.#verdicts[code] ?? 0) + 1;
      this.#pending.delete(pending);
    });
    this.#pending.add(pending);
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
