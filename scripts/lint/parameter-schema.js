/** Nest's decorators that bring bytes of the caller into a handler. */
const INPUT = ['Body', 'RawBody', 'Query', 'Param', 'Payload'];
/** Handlers whose undecorated first parameter is the caller's message. */
const HANDLERS = ['GrpcMethod', 'MessagePattern', 'EventPattern'];

function isSchema(argument) {
  if (argument.type !== 'ObjectExpression') return false;
  return argument.properties.some(
    ({ key, value }) =>
      (key?.name ?? key?.value) === 'schema' && !(value.type === 'Identifier' && value.name === 'undefined'),
  );
}

/** Nest validates a parameter only if its decorator names a schema; without one the bytes pass as they came. */
export const parameterSchema = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      found: '@{{name}} without `{ schema }` validates nothing.',
      bare: 'A handler of messages takes them by @Payload({ schema }): a bare parameter is not validated.',
    },
  },
  create(context) {
    const names = new Map(); // local name → name in Nest
    const namespaces = new Set();

    const nestName = (callee) => {
      if (callee.type === 'Identifier') return names.get(callee.name);
      const isMember = callee.type === 'MemberExpression' && namespaces.has(callee.object.name);
      return isMember ? callee.property.name : undefined;
    };
    const decorators = (node) =>
      (node.decorators ?? []).map(({ expression }) => {
        const called = expression.type === 'CallExpression';
        const name = nestName(called ? expression.callee : expression);
        return { node: expression, name, arguments: called ? expression.arguments : [] };
      });

    return {
      'ImportDeclaration[source.value=/^@nestjs\\//]'(node) {
        for (const { type, local, imported } of node.specifiers) {
          if (type === 'ImportNamespaceSpecifier') namespaces.add(local.name);
          else names.set(local.name, imported?.name ?? local.name);
        }
      },
      MethodDefinition(method) {
        const parameters = method.value.params;
        const found = parameters.flatMap(decorators).filter(({ name }) => INPUT.includes(name));
        for (const decorator of found) {
          if (!decorator.arguments.some(isSchema)) {
            context.report({ node: decorator.node, messageId: 'found', data: { name: decorator.name } });
          }
        }
        const handles = decorators(method).some(({ name }) => HANDLERS.includes(name));
        if (handles && parameters.length > 0 && !found.some(({ name }) => name === 'Payload')) {
          context.report({ node: parameters[0], messageId: 'bare' });
        }
      },
    };
  },
};
