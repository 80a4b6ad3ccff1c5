export type { AccessToken } from './access-token.ts';
export type { ClientEvidence, ClientIdentity } from './client-identity.ts';
export { clientSecret, type ClientSecretOptions } from './client-secret.ts';
export {
  automaticIdentity,
  USUAL_TOKEN_FILE,
  type AutomaticIdentity,
  type IdentityAttempt,
  type IdentityKind,
} from './identity/automatic-identity.ts';
export { clientCertificate, type ClientCertificateOptions } from './identity/client-certificate.ts';
export { privateKey, type PrivateKeyOptions } from './identity/private-key.ts';
export { workloadToken, type WorkloadTokenOptions } from './identity/workload-token.ts';
export type { Clock } from './clock.ts';
export { isLoopbackTarget } from './grpc/grpc-address.ts';
export { grpcTransport, type GrpcTransportOptions } from './grpc/grpc-transport.ts';
export { httpTransport, type HttpTransportOptions } from './http/http-transport.ts';
export { callCredentials, channelCredentials } from './outbound/call-credentials.ts';
export { callWithToken, isTokenRefused } from './outbound/call-with-token.ts';
export { fetchWithToken, type FetchWithTokenOptions } from './outbound/fetch-with-token.ts';
export { Secret } from './secret.ts';
export type { RenewalWindow } from './timing.ts';
export type { TokenClientOptions, WaitOptions } from './token-client-options.ts';
export { createTokenClient, type TokenClient } from './token-client.ts';
export { TokenRequestError } from './token-request-error.ts';
export type { ClientErrorCode, TokenErrorCode, TokenRequestFailure } from './token-request-failure.ts';
export type { CanonicalRequest, TokenRequest } from './token-request.ts';
export type { IssuedToken, TokenTransport, TransportCall } from './token-transport.ts';
