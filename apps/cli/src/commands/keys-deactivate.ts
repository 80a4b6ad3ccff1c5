import { changeOneKey, keyChangeOptions, type KeyChangeOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';
import { shortKid } from '../views/timeline.ts';

export const verb = defineVerb<KeyChangeOptions>({
  describe: (command) =>
    keyChangeOptions(command.argument('<kid>', 'the kid or the beginning of it; after -- if it begins with -')),
  examples: ['mintmark keys deactivate 9hkUJ0cXk2 --plan', 'mintmark keys deactivate 9hkUJ0cXk2 --yes'],
  explanation: 'Without a standby that may sign, nothing could: then this is refused, and says what to do.',
  run: (context, [kid = ''], options) =>
    changeOneKey(
      context,
      {
        verb: 'deactivate',
        given: kid,
        question: `Stop signing with key ${kid}, and hand over to its successor?`,
        done: ({ activeKid, retiredKid }) =>
          activeKid
            ? `Key ${shortKid(activeKid)} signs now; ${shortKid(retiredKid)} verifies until its last token is dead.`
            : 'The key signs no more.',
      },
      options,
    ),
});
