import { prepareKey } from '@mintmark/admin-client';
import { changeKeys, keyChangeOptions, ringOptions, type KeyChangeOptions, type RingOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<KeyChangeOptions & RingOptions>({
  describe: (command) => keyChangeOptions(ringOptions(command, 'the algorithm that needs a standby')),
  examples: ['mintmark keys prepare --plan', 'mintmark keys prepare --yes'],
  explanation: 'The service does this by itself within seconds; the verb is for when that did not work, and says why.',
  run: async (context, _, { ring, algorithm, ...options }) => {
    const shown = context.showCurl(prepareKey({ ring, algorithm, plan: options.plan }));
    if (shown !== undefined) return shown;
    const change = {
      call: (plan: boolean) => prepareKey({ ring, algorithm, plan }),
      question: `Publish a standby for the ${ring} ${algorithm} key?`,
      done: () => 'The standby is published. When it may sign: mintmark keys status',
    };
    return changeKeys(context, change, options);
  },
});
