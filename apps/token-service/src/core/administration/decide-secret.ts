import { hasSecretSlot, isLiveSecret, MAX_LIVE_SECRETS, type Client, type ClientSecret } from '../model/client.ts';
import { RequestError } from '../model/errors.ts';
import { NO_CHANGES, type SecretChange } from '../model/registry-changes.ts';
import { clientOf, type RegistryDecision } from './registry-decision.ts';

export interface NewSecret {
  readonly secret: ClientSecret;
  /** From when on the others are refused, at the latest; `null`: they go on for as long as they were given. */
  readonly expireOthersAt: Date | null;
  /** Id of the one whose place it takes at once. */
  readonly replaced?: string | undefined;
}

export function rotateSecret(clientId: string, added: NewSecret): RegistryDecision {
  return (current) => ({ ...NO_CHANGES, secrets: addSecret(clientOf(current, clientId), added) });
}

/**
 * A new secret beside the one there is, or in place of one.
 * @throws RequestError SECRET_NOT_DECLARED, SECRETS_EXHAUSTED, PARAMETER_INVALID if the one to replace is none of its live ones
 */
export function addSecret(client: Client, added: NewSecret): readonly SecretChange[] {
  const { id: clientId } = client;
  const { secret, expireOthersAt, replaced } = added;
  const now = secret.createdAt;
  if (!hasSecretSlot(client)) throw notDeclared(clientId);
  const live = client.secrets.filter((each) => isLiveSecret(each, now));
  if (replaced !== undefined && !live.some(({ id }) => id === replaced)) throw notLive(clientId, replaced);
  const going = live.filter(({ id }) => id !== replaced && (expireOthersAt === null || expireOthersAt > now));
  if (going.length >= MAX_LIVE_SECRETS) throw exhausted(clientId, live);
  return [...endingsOf(client, added), { action: 'add', clientId, secret }];
}

function endingsOf(client: Client, { secret, expireOthersAt, replaced }: NewSecret): readonly SecretChange[] {
  const now = secret.createdAt;
  return client.secrets.flatMap(({ id: secretId, expiresAt }): SecretChange[] => {
    const about = { clientId: client.id, secretId };
    if (secretId === replaced || !isLiveSecret({ expiresAt }, now)) return [{ action: 'remove', ...about }];
    const goesOn = expireOthersAt === null || (expiresAt !== null && expiresAt <= expireOthersAt);
    return goesOn ? [] : [{ action: 'expire', ...about, at: expireOthersAt }];
  });
}

function notDeclared(clientId: string): RequestError {
  return new RequestError(
    'SECRET_NOT_DECLARED',
    `Client ${clientId} is not declared to use a secret. Add kind: client_secret to its credentials and apply that first.`,
  );
}

function notLive(clientId: string, secretId: string): RequestError {
  return new RequestError(
    'PARAMETER_INVALID',
    `Client ${clientId} has no live secret ${secretId}. mintmark clients show ${clientId} names those it has.`,
  );
}

function exhausted(clientId: string, live: readonly ClientSecret[]): RequestError {
  const oldestFirst = live.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const named = oldestFirst.map(({ id, createdAt }) => `${id}, made ${createdAt.toISOString()}`).join('; ');
  return new RequestError(
    'SECRETS_EXHAUSTED',
    `Client ${clientId} has ${live.length} live secrets already (${named}). mintmark clients show ${clientId} tells when each was last used. ` +
      'If one got lost, or is used no more, the new one can take its place: replace_secret_id ' +
      `(mintmark clients rotate-credential ${clientId} --replace <secret>).`,
  );
}
