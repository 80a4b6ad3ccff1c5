import { randomBytes } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { CK, CKA, type Attribute, type Cryptoki, type Handle } from './cryptoki.ts';
import { CUSTODY, privateTemplate, publicTemplate } from './token-attributes.ts';
import { TokenError } from './token-error.ts';
import { readLabel, type PublicKeyParameters, type TokenVerbs } from './token-messages.ts';
import { publicMembers } from './token-public-key.ts';
import { generating, signingWith } from './token-mechanisms.ts';
import type { OpenToken } from './token-session.ts';

interface LoadedKey {
  readonly object: Handle;
  readonly algorithm: SigningAlgorithm;
}

const RANDOM_ID_BYTES = 12;
const MOST_OBJECTS = 1_000;
const LONGEST_SIGNATURE = 1_024;

/** The keys of one token, by id. Each method takes a session of its own: no more of them may run at once than there are. */
export class TokenKeys {
  readonly #cryptoki: Cryptoki;
  readonly #algorithms: readonly SigningAlgorithm[];
  readonly #tag: string;
  readonly #idle: Handle[];
  readonly #loaded = new Map<string, LoadedKey>();
  readonly #making = new Map<string, Promise<string>>();

  constructor({ cryptoki, algorithms, sessions, tag }: OpenToken) {
    this.#cryptoki = cryptoki;
    this.#algorithms = algorithms;
    this.#tag = tag;
    this.#idle = [...sessions];
  }

  /** Of several keys with one label, made by replicas at the same moment, the one with the lowest id is it. */
  async create({ label, algorithm, condemned }: TokenVerbs['create']['asked']): Promise<string> {
    if (condemned.some((tag) => this.#tag.startsWith(tag))) throw compromised();
    if (!this.#algorithms.includes(algorithm)) {
      throw new TokenError('ALGORITHM_UNSUPPORTED', `The PKCS#11 token cannot sign with ${algorithm}.`);
    }
    const making = this.#making.get(label) ?? this.#session((session) => this.#make(session, label, algorithm));
    this.#making.set(label, making);
    try {
      return await making;
    } finally {
      this.#making.delete(label);
    }
  }

  publicKey(id: string): Promise<PublicKeyParameters> {
    return this.#session((session) => {
      const { algorithm } = this.#load(session, id);
      const [object] = this.#find(session, CK.publicKey, { type: CKA.id, value: Buffer.from(id, 'hex') });
      if (!object) throw notFound(id);
      const read = (type: number) => this.#read(session, object, type);
      return Promise.resolve({ algorithm, jwk: publicMembers(algorithm, read) });
    });
  }

  sign(id: string, input: Uint8Array): Promise<Uint8Array> {
    return this.#session(async (session) => {
      const { object, algorithm } = this.#load(session, id);
      const { mechanism, prepared } = signingWith(algorithm, input);
      this.#cryptoki.C_SignInit(session, mechanism, object);
      return this.#cryptoki.C_SignAsync(session, prepared, Buffer.alloc(LONGEST_SIGNATURE));
    });
  }

  destroy(id: string): Promise<null> {
    return this.#session((session) => {
      this.#destroyPair(session, id);
      return Promise.resolve(null);
    });
  }

  list(prefix: string): Promise<readonly { readonly id: string; readonly label: string }[]> {
    return this.#session((session) => {
      const keys = this.#find(session, CK.privateKey, { type: CKA.token, value: true }).map((object) => ({
        id: this.#read(session, object, CKA.id).toString('hex'),
        label: this.#read(session, object, CKA.label).toString('utf8'),
      }));
      return Promise.resolve(keys.filter(({ label }) => label.startsWith(prefix)));
    });
  }

  async #make(session: Handle, label: string, algorithm: SigningAlgorithm): Promise<string> {
    const existing = this.#idsOf(session, label)[0];
    if (existing !== undefined) return this.#checked(session, existing);
    const id = Buffer.concat([Buffer.from(this.#tag, 'hex'), randomBytes(RANDOM_ID_BYTES)]);
    const named = { id, label };
    await this.#cryptoki.C_GenerateKeyPairAsync(
      session,
      generating(algorithm),
      publicTemplate(algorithm, named),
      privateTemplate(algorithm, named),
    );
    const own = named.id.toString('hex');
    const winner = this.#idsOf(session, label)[0] ?? own;
    if (winner !== own) this.#destroyPair(session, own);
    return this.#checked(session, winner);
  }

  #checked(session: Handle, id: string): string {
    this.#load(session, id);
    return id;
  }

  #idsOf(session: Handle, label: string): string[] {
    const objects = this.#find(session, CK.privateKey, { type: CKA.label, value: label });
    return objects.map((object) => this.#read(session, object, CKA.id).toString('hex')).sort();
  }

  /** Read from the token once for each connection: what it is for, and that nobody can have a copy. */
  #load(session: Handle, id: string): LoadedKey {
    const loaded = this.#loaded.get(id);
    if (loaded) return loaded;
    const [object, second] = this.#find(session, CK.privateKey, { type: CKA.id, value: Buffer.from(id, 'hex') });
    if (!object) throw notFound(id);
    if (second) throw unfit(id, 'there are two keys of this id');
    const lacking = CUSTODY.filter(([, type, value]) => (this.#read(session, object, type)[0] === 1) !== value);
    if (lacking.length > 0) throw unfit(id, `it is not ${lacking.map(([name]) => name).join(', ')}`);
    const algorithm = readLabel(this.#read(session, object, CKA.label).toString('utf8'))?.algorithm;
    const known = this.#algorithms.find((name) => name === algorithm);
    if (!known) throw unfit(id, 'its label names no algorithm of this token');
    this.#loaded.set(id, { object, algorithm: known });
    return { object, algorithm: known };
  }

  #destroyPair(session: Handle, id: string): void {
    this.#loaded.delete(id);
    for (const kind of [CK.privateKey, CK.publicKey]) {
      const found = this.#find(session, kind, { type: CKA.id, value: Buffer.from(id, 'hex') });
      for (const object of found) this.#cryptoki.C_DestroyObject(session, object);
    }
  }

  #find(session: Handle, kind: number, attribute: Attribute): Handle[] {
    this.#cryptoki.C_FindObjectsInit(session, [{ type: CKA.class, value: kind }, attribute]);
    try {
      return this.#cryptoki.C_FindObjects(session, MOST_OBJECTS);
    } finally {
      this.#cryptoki.C_FindObjectsFinal(session);
    }
  }

  #read(session: Handle, object: Handle, type: number): Buffer {
    return this.#cryptoki.C_GetAttributeValue(session, object, [{ type }])[0]!.value as Buffer;
  }

  async #session<Result>(use: (session: Handle) => Promise<Result>): Promise<Result> {
    const session = this.#idle.pop();
    if (!session) throw new TokenError('PROVIDER_BUSY', 'The PKCS#11 token has no session left. Retry later.');
    try {
      return await use(session);
    } finally {
      this.#idle.push(session);
    }
  }
}

function notFound(id: string): TokenError {
  return new TokenError(
    'KEY_NOT_FOUND',
    `The private key pkcs11:${id} is not in the token. Attach the token that holds it.`,
  );
}

function compromised(): TokenError {
  return new TokenError(
    'CUSTODY_COMPROMISED',
    'The PKCS#11 token was compromised: no key is made in it. Name another place in MINTMARK_SIGNING_KEYS, this one in ' +
      'MINTMARK_SIGNING_KEYS_ALSO, and restart.',
  );
}

function unfit(id: string, finding: string): TokenError {
  return new TokenError('KEY_UNREADABLE', `The private key pkcs11:${id} is not used: ${finding}.`);
}
