import type { X509Certificate } from 'node:crypto';

/** Certificates of authorities between a client's and the root; more is nothing one would run. */
const MOST_BETWEEN = 4;
/** Certificates looked at for that, whatever else was sent with them. */
const MOST_SHOWN = 8;

export interface Chain {
  readonly leaf: X509Certificate;
  /** In any order; may hold what does not belong. */
  readonly between: readonly X509Certificate[];
}

/**
 * Whether an authority that is trusted has signed the certificate, itself or through others that all may sign, and all are current.
 * Each of those between is looked at once: a stranger could send authorities that have all signed each other, and every way
 * through them would have to be tried.
 */
export function leadsToAuthority(
  { leaf, between }: Chain,
  authorities: readonly X509Certificate[],
  now: Date,
): boolean {
  const current = (certificate: X509Certificate) => isCurrent(certificate, now);
  const trusted = authorities.filter(current);
  let reached = [leaf].filter(current);
  let others = between.slice(0, MOST_SHOWN).filter(current);
  for (let depth = 0; depth <= MOST_BETWEEN && reached.length > 0; depth += 1) {
    if (trusted.some((authority) => hasSigned(authority, reached))) return true;
    const issuers = others.filter((other) => hasSigned(other, reached));
    others = others.filter((other) => !issuers.includes(other));
    reached = issuers;
  }
  return false;
}

function hasSigned(issuer: X509Certificate, certificates: readonly X509Certificate[]): boolean {
  return certificates.some((certificate) => isIssuedBy(certificate, issuer));
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** A connection may outlive the certificate it began with. */
export function isCurrent({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now < validToDate;
}
