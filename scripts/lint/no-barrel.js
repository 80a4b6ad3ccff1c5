/** Re-exports give one thing two addresses, and hide cycles: only a library's own door may have them. */
export const noBarrel = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      found: 'Re-exports belong in libs/*/src/index.ts alone; import from where the thing is defined.',
      index: 'Only a library has an index file; name this one after what it holds.',
    },
  },
  create(context) {
    const report = (node) => node.source && context.report({ node, messageId: 'found' });
    return {
      ExportAllDeclaration: report,
      ExportNamedDeclaration: report,
      Program: (node) =>
        /[\\/]index\.[cm]?[jt]s$/.test(context.filename) && context.report({ node, messageId: 'index' }),
    };
  },
};
