// Who may import whom. test/architecture/dependency-rules.spec.ts plants one violation per rule and sees it caught by name.
// An exception is an explicit path with its reason, never a pattern.

/** Specs beside their source, and what a workspace keeps in a test/ of its own. */
const TESTS = ['\\.spec\\.ts$', '^(apps|libs)/[^/]+/test/'];
const NEST = '(^|/)node_modules/@nestjs/';
const SQL = ['^(node:)?sqlite$', '(^|/)node_modules/(kysely|pg|better-sqlite3)/'];

const PARSERS = '(^|/)node_modules/(zod|yaml)/';

/** The reader of the declaration file: text in, declaration or problems out, no I/O. */
const DECLARATION_READER = [
  '^apps/token-service/src/core/registry/declaration/declaration-schema\\.ts$',
  '^apps/token-service/src/core/registry/declaration/token-guard\\.ts$',
  '^apps/token-service/src/core/registry/declaration/yaml-tree\\.ts$',
];

/** Where Nest belongs: the edge of an app, its wiring, and the libraries made for it. */
const NEST_PLACES = ['^apps/[^/]+/src/(transport|modules)/', '^apps/[^/]+/src/main\\.ts$', '^libs/[^/]+-nest/'];

const NEST_EXCEPTIONS = [
  // The sample's transport: one file per protocol beside the domain it shows.
  '^apps/consumer-service/src/stock/stock\\.controller\\.ts$',
  '^apps/consumer-service/src/stock/stock\\.grpc-controller\\.ts$',
];

/** @satisfies {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'core-is-plain',
    comment: 'Core is plain TypeScript: the contract, jws and pure functions of node:crypto; no framework, no I/O.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/core/', pathNot: TESTS },
    to: {
      couldNotResolve: false,
      pathNot: ['^apps/[^/]+/src/core/', '^libs/(contract|jws)/', '^(node:)?crypto$', PARSERS],
    },
  },
  {
    name: 'core-parses-in-one-place',
    comment: 'Pure functions from text to declaration; nothing else of core may lean on a parser.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/core/', pathNot: [...TESTS, ...DECLARATION_READER] },
    to: { path: PARSERS },
  },
  {
    name: 'model-and-ports-know-no-use-case',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/core/(model|ports)/' },
    to: { path: '^apps/[^/]+/src/core/', pathNot: '^apps/[^/]+/src/core/(model|ports)/' },
  },
  {
    name: 'adapters-see-only-ports-and-model',
    comment: 'Of their own app; its errors are part of the model.',
    severity: 'error',
    from: { path: '^(apps/[^/]+/src)/adapters/' },
    to: { path: '^$1/', pathNot: ['^$1/adapters/', '^$1/core/(model|ports)/'] },
  },
  {
    name: 'adapters-never-see-each-other',
    severity: 'error',
    from: { path: '^(apps/[^/]+/src/adapters)/([^/]+)/' },
    to: { path: '^$1/', pathNot: '^$1/$2/' },
  },
  {
    name: 'transport-never-touches-adapters',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/transport/' },
    to: { path: '^apps/[^/]+/src/adapters/' },
  },
  {
    name: 'http-and-grpc-are-strangers',
    severity: 'error',
    from: { path: '^(apps/[^/]+/src/transport)/(?:admin/)?(http|grpc)/' },
    to: { path: '^$1/(?:admin/)?(http|grpc)/', pathNot: '^$1/(?:admin/)?$2/' },
  },
  {
    name: 'nest-only-at-the-edge',
    comment: '@nestjs/* only in transport, modules, main and libs/*-nest.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: [...NEST_PLACES, ...NEST_EXCEPTIONS] },
    to: { path: NEST },
  },
  {
    name: 'sql-only-in-adapters-sql',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: '^apps/[^/]+/src/adapters/sql/' },
    to: { path: SQL },
  },
  {
    name: 'apps-never-import-apps',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'libs-never-import-apps',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^apps/' },
  },
  {
    name: 'cli-and-console-use-only-admin-client-and-contract',
    comment:
      'docs/adr/0002: `token get` and `token verify` of the CLI are the client and the verifier that users have.',
    severity: 'error',
    from: {
      path: '^apps/(cli|console)/',
      pathNot: '^apps/cli/src/token/(examine|get-token|verify-token)(\\.spec)?\\.ts$',
    },
    to: { path: '^(apps|libs)/', pathNot: ['^apps/$1/', '^libs/(admin-client|contract)/'] },
  },
  {
    name: 'verifier-stays-small',
    comment: 'The verifier imports only contract, jws, jose, the OpenTelemetry API and node built-ins.',
    severity: 'error',
    from: { path: '^libs/verifier/', pathNot: TESTS },
    to: {
      pathNot: ['^libs/(verifier|contract|jws)/', '(^|/)node_modules/(jose|@opentelemetry/api)/'],
      dependencyTypesNot: ['core'],
      couldNotResolve: false,
    },
  },
  {
    name: 'contract-depends-on-nothing',
    severity: 'error',
    from: { path: '^libs/contract/', pathNot: TESTS },
    to: { couldNotResolve: false, pathNot: '^libs/contract/' },
  },
  {
    name: 'production-never-imports-tests',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: [...TESTS, '^libs/testing/'] },
    to: {
      path: [...TESTS, '^test/', '^libs/testing/', '(^|/)node_modules/(jest|@jest/[^/]+|@nestjs/testing|fast-check)/'],
    },
  },
  {
    name: 'packages-are-declared',
    comment: 'A workspace that leans on what another one installed breaks where it is installed alone.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: TESTS },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-resolves',
    comment: 'What does not resolve has no path, so every rule above would pass it by.',
    severity: 'error',
    // pkcs11js is no dependency: it is built only where a token is used.
    from: { pathNot: '^test/keys/plant-token-key\\.cjs$' },
    to: { couldNotResolve: true },
  },
];

/** @satisfies {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden,
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '(^|/)dist/'] },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@mintmark/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};

export default configuration;
