// Tests that need a real server beside npm packages, or the services as processes: `npm run test:integration`.
import configuration from './jest.config.js';

export default {
  ...configuration,
  globalSetup: '<rootDir>/scripts/build-before-tests.js',
  testMatch: ['**/*.integration.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000, // A server on a busy machine takes its time.
};
