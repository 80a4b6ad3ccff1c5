import { basic, bearing, type Case, type Scene } from './case.ts';
import { ofKeyed } from './own-keys.ts';
import { showing } from './certificates.ts';

const two = (what: string, attempt: Case['attempt']): Case => ({
  method: 'two mechanisms',
  what,
  code: 'EVIDENCE_AMBIGUOUS',
  attempt,
});
const withSecret = ({ secretOf }: Scene) => ({ authorization: [basic('secretive', secretOf('secretive'))] });

export const TWO_MECHANISMS: readonly Case[] = [
  two('a secret and an assertion', (scene) => ({ ...withSecret(scene), ...bearing(ofKeyed(scene)) })),
  two('a secret and a certificate', (scene) => ({ ...withSecret(scene), ...showing('certified', 'certified')(scene) })),
  two('an assertion and a certificate', (scene) => ({
    ...bearing(ofKeyed(scene)),
    ...showing('certified', 'certified')(scene),
  })),
  {
    // grpc-js refuses to send it.
    ...two('a secret twice', (scene) => ({
      authorization: [withSecret(scene), withSecret(scene)].flatMap((each) => each.authorization),
    })),
    httpOnly: true,
  },
  {
    ...two('a secret in header and body', (scene) => ({
      ...withSecret(scene),
      clientId: 'secretive',
      secret: scene.secretOf('secretive'),
    })),
    httpOnly: true,
  },
  { method: 'nothing at all', what: 'no proof', code: 'EVIDENCE_MISSING', attempt: () => ({}) },
];
