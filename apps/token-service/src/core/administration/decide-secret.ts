import { hasSecretSlot, isLiveSecret, MAX_LIVE_SECRETS, type Client, type ClientSecret } from '../model/client.ts';
import { RequestError } from '../model/errors.ts';
import { secondsAfter } from '../model/signing-key.ts';
import { NO_CHANGES, type SecretChange } from '../model/registry-changes.ts';
import { clientOf, type RegistryDecision } from './registry-decision.ts';

export interface NewSecret {
  readonly secret: ClientSecret;
  /** From when on the others are refused, at the latest; `null`: they go on for as long as they were given. */
  readonly expireOthersAt: Date | null;
  /** When each of the others was last used, as far as replicas have told. */
  readonly lastUses: ReadonlyMap<string, Date>;
}

/** Replicas tell every few seconds which secrets are used, and whoever was given a new one may only just have put it to use. */
const UNUSED_SECONDS = 60;

export function rotateSecret(clientId: string, added: NewSecret): RegistryDecision {
  return (current) => ({ ...NO_CHANGES, secrets: addSecret(clientOf(current, clientId), added) });
}

/** A new secret beside the one there is, or in place of one that nobody has used: it got lost. @throws RequestError SECRET_NOT_DECLARED, SECRETS_EXHAUSTED */
export function addSecret(client: Client, added: NewSecret): readonly SecretChange[] {
  const { id: clientId } = client;
  const { secret, expireOthersAt } = added;
  const now = secret.createdAt;
  if (!hasSecretSlot(client)) throw notDeclared(clientId);
  const live = client.secrets.filter((each) => isLiveSecret(each, now));
  const going = live.filter(() => expireOthersAt === null || expireOthersAt > now);
  const lost = going.length < MAX_LIVE_SECRETS ? undefined : lostAmong(going, clientId, added);
  return [...endingsOf(client, added, lost), { action: 'add', clientId, secret }];
}

/** @throws RequestError SECRETS_EXHAUSTED */
function lostAmong(live: readonly ClientSecret[], clientId: string, { secret, lastUses }: NewSecret): ClientSecret {
  const newestFirst = live.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const unused = newestFirst.find(({ id }) => !lastUses.has(id));
  if (!unused) throw allInUse(clientId, newestFirst);
  const from = secondsAfter(unused.createdAt, UNUSED_SECONDS);
  if (secret.createdAt < from) throw hardlyMade(clientId, unused, from);
  return unused;
}

function endingsOf(
  client: Client,
  { secret: { createdAt: now }, expireOthersAt }: NewSecret,
  lost: ClientSecret | undefined,
): readonly SecretChange[] {
  return client.secrets.flatMap(({ id: secretId, expiresAt }): SecretChange[] => {
    const about = { clientId: client.id, secretId };
    if (secretId === lost?.id || !isLiveSecret({ expiresAt }, now)) return [{ action: 'remove', ...about }];
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

function allInUse(clientId: string, newestFirst: readonly ClientSecret[]): RequestError {
  const oldest = newestFirst.at(-1)!;
  return new RequestError(
    'SECRETS_EXHAUSTED',
    `Client ${clientId} has ${newestFirst.length} live secrets already (the oldest: ${oldest.id}, made ${oldest.createdAt.toISOString()}), ` +
      'and has used each. Wait until one has expired, or rotate with expire_others_after_seconds 0 ' +
      '(mintmark clients rotate-credential --expire-others-after 0): from then on only the new one counts.',
  );
}

function hardlyMade(clientId: string, { id, createdAt }: ClientSecret, from: Date): RequestError {
  return new RequestError(
    'SECRETS_EXHAUSTED',
    `Client ${clientId} has ${MAX_LIVE_SECRETS} live secrets already. If ${id}, made ${createdAt.toISOString()}, got lost, ` +
      `ask again from ${from.toISOString()} on: if nobody has used it by then, the new one takes its place.`,
  );
}
