import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { mintmark } from './scripts/lint/plugin.js';

/** The one file of the verifier that may ask the system for the time; everything else is handed a clock. */
const VERIFIER_CLOCK = 'libs/verifier/src/clock.ts';

const CORE = 'apps/token-service/src/core/**/*.ts';
const PLAIN_LIBS = ['libs/contract/**/*.ts', 'libs/jws/**/*.ts', 'libs/verifier/**/*.ts'];
const SPECS = ['**/*.spec.ts', '{apps,libs}/*/test/**/*.ts', 'test/**/*.ts'];

const everywhere = {
  plugins: { mintmark },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    'mintmark/file-name': 'error',
    'mintmark/no-barrel': 'error',
    'mintmark/no-default-export': 'error',
    'mintmark/parameter-schema': 'error',
  },
};

const typed = (root) => ({
  files: ['**/*.ts'],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: root } },
  rules: {
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
    ],
    '@typescript-eslint/max-params': ['error', { max: 4 }],
    '@typescript-eslint/naming-convention': [
      'error',
      { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
    ],
    // A port may be asynchronous where one adapter is not.
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  },
});

const skippedTests = [
  { selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]' },
  { selector: 'CallExpression[callee.name=/^(fdescribe|fit|xdescribe|xit|xtest)$/]' },
];

/**
 * The lint configuration of a tree.
 * @param {string} root the folder that holds tsconfig.check.json and the sources it lists
 */
export function configFor(root) {
  return defineConfig(
    globalIgnores(['**/dist/', 'coverage/', '.mintmark/', 'libs/proto/src/generated/']),
    everywhere,
    typed(root),
    {
      files: [CORE],
      rules: {
        'mintmark/no-ambient-input': [
          'error',
          {
            globals: ['process', 'performance', 'console', 'fetch', 'setTimeout', 'setInterval', 'setImmediate'],
            pureCrypto: true,
          },
        ],
      },
    },
    { files: PLAIN_LIBS, ignores: [VERIFIER_CLOCK], rules: { 'mintmark/no-ambient-input': 'error' } },
    { files: ['libs/*/src/index.ts'], rules: { 'mintmark/no-barrel': 'off' } },
    // Tools that read a default export.
    {
      files: [
        'eslint.config.mjs',
        '.dependency-cruiser.mjs',
        'jest.config.js',
        'jest.integration.config.js',
        'scripts/build-before-tests.js',
      ],
      rules: { 'mintmark/no-default-export': 'off' },
    },
    {
      files: SPECS,
      rules: {
        // Jest's matchers and mocks are typed `any`; what a test writes itself may not be.
        '@typescript-eslint/no-unsafe-assignment': 'off',
        '@typescript-eslint/no-unsafe-member-access': 'off',
        '@typescript-eslint/unbound-method': 'off',
        '@typescript-eslint/max-params': 'off', // a row of a table is spread over the parameters
        'mintmark/no-ambient-input': 'off',
        'mintmark/parameter-schema': 'off', // controllers of tests show what happens without
        'no-restricted-syntax': [
          'error',
          ...skippedTests.map((found) => ({ ...found, message: 'A test is run or removed.' })),
        ],
      },
    },
  );
}

export default configFor(import.meta.dirname);
