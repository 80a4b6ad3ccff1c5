// Tests run on the TypeScript source: each library's `exports` has a source condition, so nothing is built first.
import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  // A shared machine may be slow; what a test is for is never how fast it is.
  testTimeout: 30_000,
  // Many wait for clocks and sockets: two at a time take little more than half as long, on two cores too.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.integration\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: { '\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['@mintmark/source', 'node', 'node-addons'] },
  coverageProvider: 'v8',
};
