// Tests that need a real server beside npm packages: `npm run test:integration`.
import configuration from './jest.config.js';

export default {
  ...configuration,
  testMatch: ['**/*.integration.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000, // A server on a busy machine takes its time.
};
