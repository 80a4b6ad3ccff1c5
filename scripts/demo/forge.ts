import { generateKeyPairSync, sign } from 'node:crypto';

/** The same header and claims, signed by a key of the forger's own. */
export function forge(token: string): string {
  const signingInput = token.slice(0, token.lastIndexOf('.'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signature = sign('sha256', Buffer.from(signingInput), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signingInput}.${signature.toString('base64url')}`;
}

/** Which key a token says it was signed with. */
export function kidOf(token: string): string {
  const header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()) as { kid: string };
  return header.kid;
}
