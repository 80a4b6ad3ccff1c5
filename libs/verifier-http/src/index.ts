export * from './authenticate.ts';
export * from './express.ts';
export * from './fastify.ts';
export * from './refusal.ts';
export type { ReceivedRequest } from './received-credential.ts';
