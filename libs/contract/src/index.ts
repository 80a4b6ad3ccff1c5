export * from './algorithms.ts';
export * from './claims.ts';
export * from './error-codes.ts';
export * from './grpc-status.ts';
export * from './revocations.ts';
export * from './routes.ts';
export * from './scope.ts';
