import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';
import { ownVersion } from '../version.ts';

export const verb = defineVerb({
  examples: ['mintmark version'],
  withoutCurl: 'it works on this machine alone',
  run: async ({ output }) => {
    const version = ownVersion();
    await output.show({ document: { version, node: process.versions.node }, text: () => `mintmark ${version}` });
    return EXIT.ok;
  },
});
