import { basic, ok, refused, malformed, type Case } from './case.ts';

export const SECRETS: readonly Case[] = [
  ok('client_secret_basic', ({ secretOf }) => ({ authorization: [basic('secretive', secretOf('secretive'))] })),
  {
    ...ok('client_secret_post', ({ secretOf }) => ({ clientId: 'secretive', secret: secretOf('secretive') })),
    httpOnly: true,
  },
  refused('client_secret_basic', 'another secret', 'secret-wrong', ({ secretOf }) => ({
    authorization: [basic('secretive', secretOf('closed-secretive'))],
  })),
  refused('client_secret_basic', 'an unknown client', 'client-unknown', ({ secretOf }) => ({
    authorization: [basic('nobody', secretOf('secretive'))],
  })),
  refused('client_secret_basic', 'a disabled client', 'client-disabled', ({ secretOf }) => ({
    authorization: [basic('closed-secretive', secretOf('closed-secretive'))],
  })),
  {
    ...malformed('client_secret_basic', 'not base64', () => ({ authorization: ['Basic !'] })),
  },
];
