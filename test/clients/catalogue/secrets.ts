import type { Attempt } from '../attempt.ts';
import { basic, ok, refused, malformed, type Case, type Scene } from './case.ts';

type Show = (id: string, secret: string) => Attempt;
const asBasic: Show = (id, secret) => ({ authorization: [basic(id, secret)] });
const inBody: Show = (clientId, secret) => ({ clientId, secret });

/** @param whose of which client the secret is; default: the same */
function bothWays(method: string, show: Show): readonly Case[] {
  const by =
    (id: string, whose = id) =>
    ({ secretOf }: Scene) =>
      show(id, secretOf(whose));
  return [
    ok(method, by('secretive')),
    refused(method, 'another secret', 'secret-wrong', by('secretive', 'closed-secretive')),
    refused(method, 'an expired secret', 'secret-wrong', by('expired-secretive')),
    refused(method, 'an unknown client', 'client-unknown', by('nobody', 'secretive')),
    refused(method, 'a disabled client', 'client-disabled', by('closed-secretive')),
    refused(method, 'a client without secrets', 'secret-wrong', by('keyed', 'secretive')),
  ];
}

export const SECRETS: readonly Case[] = [
  ...bothWays('client_secret_basic', asBasic),
  malformed('client_secret_basic', 'not base64', () => ({ authorization: ['Basic !'] })),
  ...bothWays('client_secret_post', inBody).map((each) => ({ ...each, httpOnly: true as const })),
];
