import { Client, type Notification } from 'pg';
import { CHANNEL, type Subject } from './dialect.ts';
import { connectionConfig, type PostgresAccess } from './postgres-pool.ts';

const SUBJECTS: readonly Subject[] = ['keys', 'registry', 'revocations'];

const ANSWER_MS = 5_000;
const HEARTBEAT_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Listens on a connection of its own and, whenever that is lost, on another one, at growing intervals. What was missed in between is
 * made up for by telling of every subject.
 */
export class PostgresListener {
  readonly #access: PostgresAccess;
  readonly #onChange: (subject: Subject) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;
  #closed = false;

  constructor(access: PostgresAccess, onChange: (subject: Subject) => void) {
    this.#access = access;
    this.#onChange = onChange;
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = this.#newClient();
    if (!client) return this.#later();
    this.#client = client;
    client.on('error', () => undefined); // `end` follows, also after a failed connect
    client.on('notification', (notice) => this.#hear(notice));
    client.once('end', () => this.#again(client));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.#pause = FIRST_PAUSE_MS;
      // A line that was cut without a word looks like one on which nothing happens.
      this.#heartbeat = setInterval(() => void this.#prove(client), HEARTBEAT_MS);
      for (const subject of SUBJECTS) this.#onChange(subject);
    } catch {
      this.#again(client);
    }
  }

  /** `undefined`: the file of authorities cannot be read, perhaps because another takes its place just now. */
  #newClient(): Client | undefined {
    try {
      return new Client({ ...connectionConfig(this.#access), query_timeout: ANSWER_MS });
    } catch {
      return undefined;
    }
  }

  async #prove(client: Client): Promise<void> {
    await client.query('select 1').catch(() => this.#again(client));
  }

  #hear({ payload }: Notification): void {
    const subject = SUBJECTS.find((each) => each === payload);
    if (subject) this.#onChange(subject);
  }

  #again(lost: Client): void {
    if (this.#closed || this.#client !== lost) return;
    this.#client = undefined;
    clearInterval(this.#heartbeat);
    lost.end().catch(() => undefined);
    this.#later();
  }

  #later(): void {
    // Spread out, so that a fleet does not come back to a server all at once.
    this.#timer = setTimeout(() => void this.#connect(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}
