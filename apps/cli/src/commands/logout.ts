import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  examples: ['mintmark logout'],
  explanation: "Removes the stored secret from this machine. To end it everywhere, rotate the operator's credential.",
  withoutCurl: 'it works on this machine alone',
  run: async ({ credentialsFile, output }) => {
    const removed = credentialsFile.remove();
    await output.show({
      document: { removed },
      text: () => (removed ? `Removed ${credentialsFile.path}.` : 'Nobody was logged in.'),
    });
    return EXIT.ok;
  },
});
