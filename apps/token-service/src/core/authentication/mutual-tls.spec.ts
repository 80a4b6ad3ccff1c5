import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  Authority,
  publicJwkOfCertificate,
  selfSigned,
  type Identity,
} from '../../../../../test/clients/certificates.ts';
import type { CertificateName, Client, DeclaredCredential } from '../model/client.ts';
import { leadsToAuthority } from './certificate-chain.ts';
import { carriesName } from './certificate-names.ts';
import { isSameName, parseDistinguishedName, parseSubject } from './distinguished-name.ts';
import { proveCertificate } from './mutual-tls.ts';

const HOUR = 3_600_000;
let root: Authority;
let stranger: Authority;
let orders: Identity;
const now = new Date();
const later = new Date(now.getTime() + 48 * HOUR);
const parse = ({ certificate }: { certificate: string }) => new X509Certificate(certificate);

beforeAll(async () => {
  root = await Authority.create('root');
  stranger = await Authority.create('stranger');
  orders = await root.issue({
    subject: 'CN=orders\\, inc,OU=shop,O=Example',
    names: [
      { type: 'dns', value: 'orders.internal' },
      { type: 'url', value: 'spiffe://example.org/orders' },
      { type: 'ip', value: '10.0.0.7' },
      { type: 'ip', value: '2001:db8::7' },
    ],
  });
});

describe('the name in a certificate', () => {
  it.each<[CertificateName, boolean]>([
    // The library that made it writes the parts in the order given, so the certificate has the root last.
    [{ subjectDn: 'O=Example,OU=shop,CN=orders\\, inc' }, true],
    [{ subjectDn: 'o=Example, ou=shop, cn=orders\\2C inc' }, true],
    [{ subjectDn: 'CN=orders\\, inc,OU=shop,O=Example' }, false],
    [{ subjectDn: 'O=Example,OU=shop,CN=Orders\\, inc' }, false],
    [{ subjectDn: 'CN=orders\\, inc' }, false],
    [{ sanDns: 'orders.internal' }, true],
    [{ sanDns: 'ORDERS.internal' }, true],
    [{ sanDns: 'orders.internal.evil.example' }, false],
    [{ sanUri: 'spiffe://example.org/orders' }, true],
    [{ sanUri: 'spiffe://example.org/Orders' }, false],
    [{ sanUri: 'orders.internal' }, false],
    [{ sanIp: '10.0.0.7' }, true],
    [{ sanIp: '2001:DB8:0:0:0:0:0:7' }, true],
    [{ sanIp: '10.0.0.8' }, false],
  ])('%j: %s', (name, expected) => {
    expect(carriesName(parse(orders), name)).toBe(expected);
  });

  it('is not found in an address that is none, because neither can be read', () => {
    // As Node writes one of five bytes.
    const odd = { subjectAltName: 'IP Address:<invalid length=5>' } as X509Certificate;
    expect(carriesName(odd, { sanIp: '08.0.0.1' })).toBe(false);
    expect(carriesName(odd, { sanIp: '10.0.0.7' })).toBe(false);
  });

  it('is not found inside another name that quotes it', async () => {
    const sly = parse(
      await root.issue({
        names: [
          { type: 'url', value: 'https://evil.example/?a, DNS:orders.internal' },
          { type: 'url', value: 'https://evil.example/", DNS:orders.internal' },
        ],
      }),
    );
    expect(carriesName(sly, { sanDns: 'orders.internal' })).toBe(false);
    expect(carriesName(sly, { sanUri: 'https://evil.example/?a, DNS:orders.internal' })).toBe(true);
  });

  it('of two parts is not one part that spells both', () => {
    expect(isSameName(parseSubject('O=a\nCN=b'), parseDistinguishedName('CN=b,O=a'))).toBe(true);
    expect(isSameName(parseSubject('O=a\nCN=b'), parseDistinguishedName('CN=b\\,O\\=a'))).toBe(false);
    expect(isSameName(parseSubject('O=a + CN=b'), parseDistinguishedName('CN=b+O=a'))).toBe(true);
    expect(isSameName(parseSubject('O=a + CN=b'), parseDistinguishedName('CN=b,O=a'))).toBe(false);
    expect(isSameName(parseSubject('CN=a\\0Ab'), parseDistinguishedName('CN=a\\0ab'))).toBe(true);
  });

  it('is the same only for the same values, whatever they hold', () => {
    const escape = (value: string) =>
      value.replaceAll(/[\\,+"<>;=#\s]/g, (found) => `\\${Buffer.from(found).toString('hex')}`);
    const value = fc.string({ minLength: 1, unit: fc.constantFrom('a', ',', '+', '=', '\\', '"', ' ', '\n', 'é') });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [a, b] = [one, other].map((text) => parseDistinguishedName(`CN=${escape(text)},O=x`));
        expect(isSameName(a ?? [], b ?? [])).toBe(Buffer.from(one).equals(Buffer.from(other)));
      }),
    );
  });
});

describe('the chain of a certificate', () => {
  const authority = () => [parse(root)];

  it('leads to an authority, also over others that may sign', async () => {
    const between = await root.intermediate('between');
    const below = await between.intermediate('below');
    const leaf = parse(await below.issue());
    expect(leadsToAuthority({ leaf: parse(orders), between: [] }, authority(), now)).toBe(true);
    expect(leadsToAuthority({ leaf, between: [parse(between), parse(below)] }, authority(), now)).toBe(true);
    expect(leadsToAuthority({ leaf, between: [parse(below)] }, authority(), now)).toBe(false);
  });

  it('does not lead there from a stranger, from one who only says so, or over one who may not sign', async () => {
    const impostor = await Authority.create('root');
    const leaf = parse(await impostor.issue());
    expect(leadsToAuthority({ leaf, between: [] }, authority(), now)).toBe(false);
    expect(leadsToAuthority({ leaf, between: [parse(impostor)] }, authority(), now)).toBe(false);
    expect(leadsToAuthority({ leaf: parse(await stranger.issue()), between: [] }, authority(), now)).toBe(false);
    expect(leadsToAuthority({ leaf: parse(await selfSigned()), between: [parse(orders)] }, authority(), now)).toBe(
      false,
    );
  });

  it('does not lead there over a client that signs others with its own key', async () => {
    const client = await root.intermediate('client', false);
    const leaf = parse(await client.issue());
    expect(leadsToAuthority({ leaf, between: [parse(client)] }, authority(), now)).toBe(false);
    expect(leadsToAuthority({ leaf, between: [] }, [parse(client)], now)).toBe(false);
  });

  it('is looked at once, however often what is between signs each other', async () => {
    const leaf = parse(await stranger.issue());
    // An authority of the stranger's own that has signed itself, shown many times over: every copy has signed every other.
    const between = Array.from({ length: 20 }, () => parse(stranger));
    const verify = jest.spyOn(X509Certificate.prototype, 'verify');
    try {
      expect(leadsToAuthority({ leaf, between }, authority(), now)).toBe(false);
      expect(verify.mock.calls.length).toBeLessThanOrEqual(20);
    } finally {
      verify.mockRestore();
    }
  });

  it('is no longer good once any of it is over', () => {
    expect(leadsToAuthority({ leaf: parse(orders), between: [] }, authority(), later)).toBe(false);
    expect(leadsToAuthority({ leaf: parse(orders), between: [] }, [], now)).toBe(false);
  });
});

describe('a client with a certificate', () => {
  const client = (...credentials: readonly DeclaredCredential[]): Client => ({
    id: 'orders',
    disabled: false,
    credentials,
    secrets: [],
  });
  const named = client({ kind: 'tls_client_auth', sanDns: 'orders.internal' });
  const prove = (of: Identity, { who = named, trusted = true, at = now } = {}) => {
    const evidence = { kind: 'client_certificate', certificate: parse(of), trusted } as const;
    const proof = proveCertificate(evidence, { client: who, clientId: 'orders', now: at });
    return proof.outcome === 'proved' ? proof.method : proof.reason;
  };
  const pinned = (...of: readonly Identity[]) =>
    client({
      kind: 'self_signed_tls_client_auth',
      jwks: { keys: of.map((each) => publicJwkOfCertificate(each) as never) },
    });

  it('is let in by a trusted certificate with its name', () => {
    expect(prove(orders)).toBe('tls_client_auth');
  });

  it('is let in by any certificate with its key', async () => {
    const [own, also] = [await selfSigned(), await selfSigned()];
    expect(prove(own, { who: pinned(also, own), trusted: false })).toBe('self_signed_tls_client_auth');
  });

  it('is refused by everything else, each for its reason', async () => {
    const own = await selfSigned();
    expect(prove(orders, { trusted: false })).toBe('certificate-untrusted');
    expect(prove(await root.issue({ names: [{ type: 'dns', value: 'billing.internal' }] }))).toBe(
      'certificate-name-differs',
    );
    expect(prove(orders, { at: later })).toBe('certificate-expired');
    expect(prove(own, { who: pinned(own), at: later })).toBe('certificate-expired');
    expect(prove(orders, { at: new Date(0) })).toBe('certificate-expired');
    expect(prove(await root.issue({ usages: ['server'] }))).toBe('certificate-not-for-clients');
    expect(prove(own, { who: pinned(await selfSigned()) })).toBe('certificate-key-unknown');
    expect(prove(orders, { who: client({ kind: 'client_secret' }) })).toBe('method-not-declared');
    const evidence = { kind: 'client_certificate', certificate: parse(orders), trusted: true } as const;
    expect(proveCertificate(evidence, { client: undefined, clientId: 'x', now })).toMatchObject({
      reason: 'client-unknown',
    });
  });
});
