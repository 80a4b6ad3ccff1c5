import { changeOneKey, keyChangeOptions, type KeyChangeOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';
import { shortKid } from '../views/timeline.ts';

export const verb = defineVerb<KeyChangeOptions>({
  describe: (command) =>
    keyChangeOptions(command.argument('<kid>', 'the kid or the beginning of it; after -- if it begins with -')),
  examples: ['mintmark keys activate 9hkUJ0cXk2 --plan', 'mintmark keys activate 9hkUJ0cXk2 --yes'],
  explanation:
    'The key that signed stops in the same transaction. Refused until verifiers have had the time to learn of the key.',
  run: (context, [kid = ''], options) =>
    changeOneKey(
      context,
      {
        verb: 'activate',
        given: kid,
        question: `Let key ${kid} sign?`,
        done: ({ activeKid, retiredKid }) =>
          `Key ${shortKid(activeKid)} signs now; ${shortKid(retiredKid)} verifies until its last token is dead.`,
      },
      options,
    ),
});
