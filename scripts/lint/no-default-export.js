/** A default export has a different name in every file that imports it. */
export const noDefaultExport = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { found: 'Export by name: a default export is named anew by every importer.' },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'found' });
    return {
      ExportDefaultDeclaration: report,
      TSExportAssignment: report,
      ExportSpecifier: (node) => (node.exported.name ?? node.exported.value) === 'default' && report(node),
    };
  },
};
