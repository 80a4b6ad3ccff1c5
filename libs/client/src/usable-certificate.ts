import { TokenRequestError } from './token-request-error.ts';

/**
 * Makes what shows a certificate. Its files are renewed one after the other, so a key that is not that of the certificate may be in
 * a moment.
 * @throws TokenRequestError with code CERTIFICATE_UNREADABLE if certificate, key and authority are not usable together
 */
export function usableCertificate<Shown>(make: () => Shown): Shown {
  try {
    return make();
  } catch (error) {
    // No more than OpenSSL's code: what was read is a private key.
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const detail = `the certificate cannot be shown with the key and authority read beside it (${code})`;
    throw new TokenRequestError({ code: 'CERTIFICATE_UNREADABLE', detail, retryable: true });
  }
}
