export * from './address.ts';
export * from './grpc-listener.ts';
export * from './listen-error.ts';
export * from './open-sockets.ts';
