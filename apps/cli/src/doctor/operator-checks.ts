import {
  AdminError,
  describeApi,
  getKeyStatus,
  safeAddress,
  type AdminClient,
  type KeyRingView,
} from '@mintmark/admin-client';
import { instant, relative } from '../output/instants.ts';
import type { Credentials, CredentialsFile } from '../session/credentials-file.ts';
import { failed, ok, skipped, warning, type Finding } from './diagnosis.ts';

/** Without these routes this CLI cannot work with the service. */
const NEEDED = [
  '/admin/v1/clients',
  '/admin/v1/registry/plan',
  '/admin/v1/registry/apply',
  '/admin/v1/keys',
  '/admin/v1/audit',
];

export function credentials(file: CredentialsFile): { finding: Finding; found?: Credentials } {
  try {
    const found = file.read();
    return { finding: ok(`${file.path}, for its owner alone`), found };
  } catch (error) {
    return { finding: failed((error as Error).message, 'mintmark login') };
  }
}

export function transportSecurity({ issuer, admin }: Pick<Credentials, 'issuer' | 'admin'>): Finding {
  try {
    const schemes = [safeAddress(issuer, 'The issuer'), safeAddress(admin, 'The admin API')].map(
      ({ protocol }) => protocol,
    );
    return ok(schemes.every((scheme) => scheme === 'https:') ? 'https' : 'plain http, on loopback alone');
  } catch (error) {
    return failed((error as Error).message, 'Put TLS in front of the listener, and log in with the https address.');
  }
}

/** A token is asked for in passing: the description of the API is fetched with one. */
export async function adminApi(admin: AdminClient): Promise<{ token: Finding; api: Finding }> {
  try {
    const { version, paths } = await admin.send(describeApi());
    const missing = NEEDED.filter((path) => !paths.includes(path));
    const api =
      missing.length === 0
        ? ok(`version ${version}`)
        : failed(`version ${version} lacks ${missing.join(', ')}`, 'Use the CLI of the release that the service runs.');
    return { token: ok('an operator token was issued'), api };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'TokenRequestError') {
      return {
        token: failed(message, 'mintmark login, with the current secret'),
        api: skipped('no token to ask with'),
      };
    }
    return {
      token: ok('an operator token was issued'),
      api: failed(message, 'Check the address of the admin API: mintmark login'),
    };
  }
}

/** The first call that the service answers only to an operator: so it tells, too, whether it takes the token. */
export async function nextRotation(
  admin: AdminClient,
  now: number,
): Promise<{ rotation: Finding; refusal: Finding | undefined }> {
  try {
    const { rings } = await admin.send(getKeyStatus());
    return { rotation: rotationOf(rings, now), refusal: undefined };
  } catch (error) {
    return { rotation: skipped((error as Error).message), refusal: refusalOf(error) };
  }
}

function refusalOf(error: unknown): Finding | undefined {
  if (!(error instanceof AdminError)) return undefined;
  const { httpStatus, code, message, requiredScopes } = error;
  if (httpStatus === 401) {
    const fix = 'Look at the log of the service (operator denied), and whether this client may still administer it.';
    return failed(`it refuses the operator's token: ${message} (${code})`, fix);
  }
  if (httpStatus !== 403) return undefined;
  const needed = requiredScopes.join(' ') || 'keys:read';
  return failed(
    `it lets this operator see no keys: ${message} (${code})`,
    `Declare a policy with ${needed} on mintmark-admin for the operator.`,
  );
}

function rotationOf(rings: readonly KeyRingView[], now: number): Finding {
  const findings = rings.map((ring) => ringFinding(ring, now));
  return (
    findings.find(({ outcome }) => outcome === 'failed') ??
    findings.find(({ outcome }) => outcome === 'warning') ??
    findings[0] ??
    failed('there are no keys', 'See /readyz.')
  );
}

function ringFinding({ ring, keys }: KeyRingView, now: number): Finding {
  const active = keys.filter(({ state }) => state === 'active');
  const [first] = active;
  if (!first)
    return failed(
      `no key of the ${ring} ring is active: nothing can be signed`,
      'See /readyz and the log of the service.',
    );
  const ended = active.find(({ signNotAfter }) => signNotAfter !== null && signNotAfter.getTime() <= now);
  if (ended)
    return failed(
      `a key of the ${ring} ring may sign no more since ${instant(ended.signNotAfter)}`,
      'mintmark keys rotate --plan',
    );
  const standby = keys.some(({ state }) => state === 'published');
  if (!standby)
    return warning(
      `the ${ring} ring has no published successor`,
      'It publishes one by itself: if not within minutes, see the log.',
    );
  const due = first.next?.notBefore;
  if (due && due.getTime() < now - 60_000)
    return warning(`the ${ring} ring should have rotated ${relative(due, now)}`, 'See the log of the service.');
  return ok(
    due ? `the next key takes over ${relative(due, now)}, and is published already` : 'a successor is published',
  );
}
