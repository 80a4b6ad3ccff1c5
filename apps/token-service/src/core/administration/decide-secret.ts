import { hasSecretSlot, isLiveSecret, MAX_LIVE_SECRETS, type Client, type ClientSecret } from '../model/client.ts';
import { RequestError } from '../model/errors.ts';
import { NO_CHANGES, type SecretChange } from '../model/registry-changes.ts';
import { clientOf, type RegistryDecision } from './registry-decision.ts';

export interface NewSecret {
  readonly secret: ClientSecret;
  /** From when on the others are refused, at the latest; `null`: they go on for as long as they were given. */
  readonly expireOthersAt: Date | null;
}

export function rotateSecret(clientId: string, added: NewSecret): RegistryDecision {
  return (current) => ({ ...NO_CHANGES, secrets: addSecret(clientOf(current, clientId), added) });
}

/** A new secret beside the one there is. @throws RequestError SECRET_NOT_DECLARED, SECRETS_EXHAUSTED */
export function addSecret(client: Client, { secret, expireOthersAt }: NewSecret): readonly SecretChange[] {
  const { id: clientId } = client;
  const now = secret.createdAt;
  if (!hasSecretSlot(client)) throw notDeclared(clientId);
  const live = client.secrets.filter((each) => isLiveSecret(each, now));
  const going = live.filter(() => expireOthersAt === null || expireOthersAt > now);
  if (going.length >= MAX_LIVE_SECRETS) throw exhausted(clientId, live);
  return [...endingsOf(client, now, expireOthersAt), { action: 'add', clientId, secret }];
}

function endingsOf(client: Client, now: Date, expireOthersAt: Date | null): readonly SecretChange[] {
  return client.secrets.flatMap(({ id: secretId, expiresAt }): SecretChange[] => {
    const about = { clientId: client.id, secretId };
    if (!isLiveSecret({ expiresAt }, now)) return [{ action: 'remove', ...about }];
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

function exhausted(clientId: string, live: readonly ClientSecret[]): RequestError {
  const [oldest] = live.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return new RequestError(
    'SECRETS_EXHAUSTED',
    `Client ${clientId} has ${live.length} live secrets already (the oldest: ${oldest?.id}, made ${oldest?.createdAt.toISOString()}). ` +
      'Move all its instances to the newer one, then rotate with expire_others_after_seconds 0 ' +
      '(mintmark clients rotate-credential --expire-others-after 0), or wait until one has expired.',
  );
}
