// Tests run on the TypeScript source: each library's `exports` has a source condition, so nothing is built first.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.integration\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: { '\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['@mintmark/source', 'node', 'node-addons'] },
  coverageProvider: 'v8',
};
