import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, it } from '@jest/globals';
import { selfSigned } from '../../../../../test/clients/certificates.ts';
import { peerOf } from './peer-certificate.ts';

async function peerWith(found: { authorized: boolean; authorizationError: unknown }) {
  const leaf = new X509Certificate((await selfSigned()).certificate);
  return peerOf(Object.assign(new TLSSocket(new Socket()), found, { getPeerX509Certificate: () => leaf }));
}

it.each([
  [true, null, true],
  [false, 'DEPTH_ZERO_SELF_SIGNED_CERT', false],
  // So Node leaves it when a second handshake on the connection finds what the first did not.
  [true, 'DEPTH_ZERO_SELF_SIGNED_CERT', false],
])('authorized %p with the error %p is vouched for: %p', async (authorized, authorizationError, vouchedFor) => {
  expect(await peerWith({ authorized, authorizationError })).toMatchObject({ authorized: vouchedFor });
});
