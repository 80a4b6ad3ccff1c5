import { access, constants } from 'node:fs/promises';
import type { ClientEvidence, ClientIdentity } from '../client-identity.ts';
import { clientSecret } from '../client-secret.ts';
import { TokenRequestError } from '../token-request-error.ts';
import { clientCertificate } from './client-certificate.ts';
import { privateKey } from './private-key.ts';
import { workloadToken } from './workload-token.ts';

/** In this order: what needs no looking after comes first. */
export type IdentityKind = 'workload token' | 'private key' | 'certificate' | 'client secret';

/** What was looked for, and what came of it. */
export interface IdentityAttempt {
  readonly kind: IdentityKind;
  /** At most one is. */
  readonly chosen: boolean;
  /** Why it was chosen or skipped; holds no secret. */
  readonly reason: string;
}

export interface AutomaticIdentity extends ClientIdentity {
  /** Looks again, and says of every kind whether it was chosen, and why. */
  describe(): Promise<readonly IdentityAttempt[]>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Kubernetes is told to keep the token, if nothing else is said. */
export const USUAL_TOKEN_FILE = '/var/run/secrets/mintmark/token';

interface Kind {
  readonly kind: IdentityKind;
  /** Settings that name its files. */
  readonly files: readonly string[];
  /** The identity, or the settings that it lacks. */
  readonly open: (environment: Environment) => ClientIdentity | readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    kind: 'workload token',
    files: ['MINTMARK_CLIENT_TOKEN_FILE'],
    open: withAll(['MINTMARK_CLIENT_TOKEN_FILE'], ([file]) => workloadToken({ file })),
  },
  {
    kind: 'private key',
    files: ['MINTMARK_CLIENT_KEY_FILE'],
    open: withAll(['MINTMARK_CLIENT_ID', 'MINTMARK_ISSUER', 'MINTMARK_CLIENT_KEY_FILE'], ([clientId, issuer, file]) =>
      privateKey({ clientId, issuer, key: { file } }),
    ),
  },
  {
    kind: 'certificate',
    files: ['MINTMARK_CLIENT_CERT_FILE', 'MINTMARK_CLIENT_CERT_KEY_FILE', 'MINTMARK_CLIENT_CA_FILE'],
    open: withAll(
      ['MINTMARK_CLIENT_ID', 'MINTMARK_CLIENT_CERT_FILE', 'MINTMARK_CLIENT_CERT_KEY_FILE'],
      ([clientId, certificate, key], { MINTMARK_CLIENT_CA_FILE: authority }) =>
        clientCertificate({
          clientId,
          certificate: { file: certificate },
          key: { file: key },
          ...(authority ? { authority: { file: authority } } : {}),
        }),
    ),
  },
  {
    kind: 'client secret',
    files: ['MINTMARK_CLIENT_SECRET_FILE'],
    open: withAll(['MINTMARK_CLIENT_ID', 'MINTMARK_CLIENT_SECRET_FILE'], ([clientId, file]) =>
      clientSecret({ clientId, secret: { file } }),
    ),
  },
];

/**
 * Picks the identity by itself, from the environment: the first of workload token, private key, certificate and client secret
 * that is there. Looks again for every request, so what comes, goes or is renewed later is noticed without a restart.
 *
 * | kind | settings |
 * |---|---|
 * | workload token | `MINTMARK_CLIENT_TOKEN_FILE`, default {@link USUAL_TOKEN_FILE} |
 * | private key | `MINTMARK_CLIENT_ID`, `MINTMARK_ISSUER`, `MINTMARK_CLIENT_KEY_FILE` |
 * | certificate | `MINTMARK_CLIENT_ID`, `MINTMARK_CLIENT_CERT_FILE`, `MINTMARK_CLIENT_CERT_KEY_FILE`, optional `MINTMARK_CLIENT_CA_FILE` |
 * | client secret | `MINTMARK_CLIENT_ID`, `MINTMARK_CLIENT_SECRET_FILE` |
 */
export function automaticIdentity(environment: Environment = process.env): AutomaticIdentity {
  const clientId = environment['MINTMARK_CLIENT_ID'];
  const given = { MINTMARK_CLIENT_TOKEN_FILE: USUAL_TOKEN_FILE, ...withoutEmpty(environment) } as Environment;
  const candidates = KINDS.map(({ kind, files, open }) => ({
    ...{ kind, identity: open(given) },
    files: files.flatMap((name) => given[name] ?? []),
  }));
  const choose = () => firstOf(candidates);
  return {
    ...(clientId ? { clientId } : {}),
    evidence: async () => {
      const { evidence, attempts } = await choose();
      return evidence ?? notFound(attempts);
    },
    replacement: async (refused) => {
      const { identity } = await choose();
      return identity?.replacement(refused);
    },
    describe: async () => (await choose()).attempts,
  };
}

interface Candidate {
  readonly kind: IdentityKind;
  readonly files: readonly string[];
  readonly identity: ClientIdentity | readonly string[];
}

interface Choice {
  readonly attempts: readonly IdentityAttempt[];
  readonly identity?: ClientIdentity;
  readonly evidence?: ClientEvidence;
}

async function firstOf(candidates: readonly Candidate[]): Promise<Choice> {
  const attempts: IdentityAttempt[] = [];
  let found: Omit<Choice, 'attempts'> = {};
  for (const { kind, files, identity } of candidates) {
    if (found.identity) {
      attempts.push({ kind, chosen: false, reason: 'one before it was chosen' });
    } else if ('evidence' in identity) {
      const { evidence, reason } = await lookAt(identity, files);
      attempts.push({ kind, chosen: evidence !== undefined, reason });
      if (evidence) found = { identity, evidence };
    } else {
      attempts.push({ kind, chosen: false, reason: `${identity.join(', ')} not set` });
    }
  }
  return { ...found, attempts };
}

/** An identity goes on with what its files held last; here one whose file is gone is not there, for another may be by now. */
async function lookAt(
  identity: ClientIdentity,
  files: readonly string[],
): Promise<{ readonly evidence?: ClientEvidence; readonly reason: string }> {
  const trouble = await troubleWith(files);
  if (trouble?.code === 'ENOENT') return { reason: `there is no ${trouble.file} (ENOENT)` };
  try {
    const evidence = await identity.evidence();
    return {
      evidence,
      reason: trouble ? `as it was: ${trouble.file} cannot be read (${trouble.code})` : 'it is there',
    };
  } catch (error) {
    return { reason: reasonOf(error as Error) };
  }
}

async function troubleWith(
  files: readonly string[],
): Promise<{ readonly file: string; readonly code: string } | undefined> {
  for (const file of files) {
    const failure = await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => error);
    if (failure) return { file, code: failure.code ?? failure.name };
  }
  return undefined;
}

function reasonOf(error: Error): string {
  return error instanceof TokenRequestError ? error.detail : error.name;
}

function notFound(attempts: readonly IdentityAttempt[]): never {
  const reasons = attempts.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ');
  throw new TokenRequestError({
    code: 'IDENTITY_MISSING',
    detail: `there is no identity (${reasons})`,
    retryable: false,
  });
}

function withAll<const Names extends readonly string[]>(
  names: Names,
  open: (values: { readonly [Name in keyof Names]: string }, environment: Environment) => ClientIdentity,
): Kind['open'] {
  return (environment) => {
    const missing = names.filter((name) => environment[name] === undefined);
    if (missing.length > 0) return missing;
    return open(names.map((name) => environment[name]) as never, environment);
  };
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
}
