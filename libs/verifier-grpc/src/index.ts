export { callerOf, findCaller, type CallSource } from './caller.ts';
export * from './interceptor.ts';
export { statusOf, type Denial } from './status.ts';
export { watchKeySet, type WatchedKeySet, type WatchKeySetOptions } from './watch-key-set.ts';
