import type { X509Certificate } from 'node:crypto';

/** Certificates of authorities between a client's and the root; more is nothing one would run. */
const MOST_BETWEEN = 4;

export interface Chain {
  readonly leaf: X509Certificate;
  /** In any order; may hold what does not belong. */
  readonly between: readonly X509Certificate[];
}

/** Whether an authority that is trusted has signed the certificate, itself or through others that all may sign, and all are current. */
export function leadsToAuthority(
  { leaf, between }: Chain,
  authorities: readonly X509Certificate[],
  now: Date,
  depth = MOST_BETWEEN,
): boolean {
  const signed = (issuer: X509Certificate) => isCurrent(issuer, now) && isIssuedBy(leaf, issuer);
  if (!isCurrent(leaf, now)) return false;
  if (authorities.some(signed)) return true;
  if (depth === 0) return false;
  return between
    .filter(signed)
    .some((issuer) => leadsToAuthority({ leaf: issuer, between }, authorities, now, depth - 1));
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** A connection may outlive the certificate it began with. */
export function isCurrent({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now < validToDate;
}
