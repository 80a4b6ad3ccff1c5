import { revokeOptions, revoking, type RevokeOptions } from '../revoking.ts';
import { defineVerb } from '../verb.ts';

interface Options extends RevokeOptions {
  readonly admit?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    revokeOptions(command.argument('<id>', 'the client')).option(
      '--admit',
      'accept again what it is issued from now on',
    ),
  examples: [
    'mintmark revoke client orders --plan',
    'mintmark revoke client orders --yes',
    'mintmark revoke client orders --admit',
  ],
  explanation:
    'Every token of the client is refused, those it gets from now on too: a replica that is cut off may go on issuing to whoever has\nits secret. Change the secret, then --admit what is issued from then on; what was issued before stays refused.\nclients disable does this by itself, and clients enable admits.',
  run: (context, [id = ''], { admit, ...options }) => {
    const question = admit ? `Accept tokens of ${id} issued from now on?` : `Revoke every token of ${id}?`;
    return revoking(context, { ...(admit && { action: 'admit' }), kind: 'client', id, question }, options);
  },
});
