import { revokeOptions, revoking, type RevokeOptions } from '../revoking.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<RevokeOptions>({
  describe: (command) =>
    revokeOptions(
      command.argument(
        '<jti>',
        'the id of the token, as token inspect and the audit trail show it; after -- if it begins with -',
      ),
    ),
  examples: [
    'mintmark revoke token 3qk9nJ2Vv0qQ1c0aYw5m8g --plan',
    'mintmark revoke token 3qk9nJ2Vv0qQ1c0aYw5m8g --yes',
  ],
  explanation: 'Takes the id, never the token: command lines are seen by others. A revoked token stays revoked.',
  run: (context, [id = ''], options) =>
    revoking(context, { kind: 'token', id, question: `Revoke token ${id}?` }, options),
});
