/** What reads the time, chance or the process without being handed it. */
const MEMBERS = { Date: ['now'], Math: ['random'], crypto: ['getRandomValues', 'randomUUID'] };
const MODULES = /^(node:)?(process|timers|perf_hooks)(\/|$)/;
const CRYPTO = /^(node:)?crypto$/;
const CHANCE = /^(random|generate|webcrypto$|getRandomValues$)/;

const nameOf = (node) => (node.type === 'Identifier' ? node.name : undefined);

function keyOf(node) {
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' ? node.property.value : undefined;
}

/**
 * Time, chance and the process come in through ports, so that every result can be repeated.
 * Options: `globals`, names refused outright; `pureCrypto`, which refuses the random half of node:crypto as well.
 */
export const noAmbientInput = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { globals: { type: 'array', items: { type: 'string' } }, pureCrypto: { type: 'boolean' } },
        additionalProperties: false,
      },
    ],
    messages: { found: '{{what}} is not handed in: take a clock, an id source or a setting as an argument.' },
  },
  create(context) {
    const { globals = ['process'], pureCrypto = false } = context.options[0] ?? {};
    const report = (node, what) => context.report({ node, messageId: 'found', data: { what } });

    const isGlobal = (identifier) => {
      for (let scope = context.sourceCode.getScope(identifier); scope; scope = scope.upper) {
        const variable = scope.set.get(identifier.name);
        if (variable) return variable.defs.length === 0;
      }
      return true;
    };
    /** The global a node means: `Date`, or `globalThis.Date`. */
    const globalOf = (node) => {
      if (node.type === 'Identifier') return isGlobal(node) ? node.name : undefined;
      const outer = node.type === 'MemberExpression' ? nameOf(node.object) : undefined;
      return outer === 'globalThis' || outer === 'global' ? keyOf(node) : undefined;
    };
    const construction = (node) => {
      const timeless = node.type === 'NewExpression' && node.arguments.length > 0;
      if (globalOf(node.callee) === 'Date' && !timeless) report(node, 'The current date');
    };

    return {
      NewExpression: construction,
      CallExpression: construction,
      MemberExpression(node) {
        const owner = globalOf(node.object);
        if (MEMBERS[owner]?.includes(keyOf(node))) report(node, `${owner}.${keyOf(node)}`);
        else if (globals.includes(globalOf(node))) report(node, globalOf(node));
      },
      'VariableDeclarator[id.type="ObjectPattern"]'(node) {
        const owner = node.init && globalOf(node.init);
        const taken = node.id.properties.map((property) => property.key?.name);
        for (const member of MEMBERS[owner] ?? []) if (taken.includes(member)) report(node, `${owner}.${member}`);
      },
      'Program:exit'(program) {
        const scope = context.sourceCode.getScope(program);
        for (const { identifier, resolved } of allReferences(scope)) {
          if (globals.includes(identifier.name) && !(resolved?.defs.length > 0)) report(identifier, identifier.name);
        }
      },
      ImportDeclaration(node) {
        if (node.importKind === 'type') return;
        if (MODULES.test(node.source.value)) report(node, node.source.value);
        if (pureCrypto && CRYPTO.test(node.source.value)) {
          for (const specifier of node.specifiers) {
            const name = specifier.imported?.name;
            if (specifier.importKind !== 'type' && (!name || CHANCE.test(name))) {
              report(specifier, name ?? 'All of node:crypto, randomness included,');
            }
          }
        }
      },
    };
  },
};

function allReferences(scope) {
  return [...scope.references, ...scope.childScopes.flatMap(allReferences)];
}
