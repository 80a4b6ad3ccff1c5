import { changeOneKey, keyChangeOptions, type KeyChangeOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<KeyChangeOptions>({
  describe: (command) =>
    keyChangeOptions(command.argument('<kid>', 'the kid or the beginning of it; after -- if it begins with -')),
  examples: ['mintmark keys destroy 9hkUJ0cXk2 --plan', 'mintmark keys destroy 9hkUJ0cXk2 --yes'],
  explanation:
    'For a key whose last token is dead, or a standby that never signed; the service makes another one. Backups are not reached.',
  run: (context, [kid = ''], options) =>
    changeOneKey(
      context,
      {
        verb: 'destroy',
        given: kid,
        question: `Destroy key ${kid}? There is no way back.`,
        done: () => 'The key is destroyed.',
      },
      options,
    ),
});
