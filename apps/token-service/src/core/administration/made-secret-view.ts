import type { MadeSecret } from '../registry/make-secret.ts';
import type { MadeSecretView } from './views.ts';

export function madeSecretView(
  clientId: string,
  { secret, stored }: MadeSecret,
  expiresOthersAt: Date | null = null,
): MadeSecretView {
  const { id: secretId, createdAt, expiresAt } = stored;
  return { clientId, secretId, secret, createdAt, expiresAt, expiresOthersAt };
}
