import { relative, sep } from 'node:path';

const ANYWHERE = /(^|-)(utils?|helpers?|common|managers?|misc)(-|$)/;
const AT_THE_END = /(^|-)data$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What is wrong with one segment of a path, such as `stock.grpc-controller.ts` or `.ci`. */
function faultOf(segment) {
  const words = segment.replace(/^\./, '').split('.');
  if (words.some((word) => ANYWHERE.test(word) || AT_THE_END.test(word))) return 'banned';
  return words.every((word) => KEBAB.test(word)) ? undefined : 'kebab';
}

/** Files and folders are named in kebab-case, after what they hold. */
export const fileName = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      banned: '"{{segment}}" says nothing about what is inside; name it after what it holds.',
      kebab: '"{{segment}}" is not kebab-case.',
    },
  },
  create(context) {
    return {
      Program(node) {
        for (const segment of relative(context.cwd, context.filename).split(sep)) {
          const messageId = faultOf(segment);
          if (messageId) context.report({ node, messageId, data: { segment } });
        }
      },
    };
  },
};
