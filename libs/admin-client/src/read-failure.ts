import { AdminError } from './admin-error.ts';
import { parseJson } from './parse-json.ts';
import type { RawAnswer } from './raw-answer.ts';
import { failureSchema } from './wire/failure.schema.ts';

/** An answer that refuses, as an error; one that is not the service's own (of a proxy, say) keeps only its status. */
export function readFailure({ status, headers, text }: RawAnswer): AdminError {
  const parsed = failureSchema.safeParse(parseJson(text));
  const retryAfterSeconds = secondsOf(headers.get('retry-after'));
  if (parsed.success) {
    const requiredScopes = scopesOf(headers.get('www-authenticate'));
    return new AdminError({ ...parsed.data, httpStatus: status, retryAfterSeconds, requiredScopes });
  }
  const redirected = status >= 300 && status < 400;
  const message = redirected
    ? `The address answered with a redirect (HTTP ${status}), and credentials are not sent on. Give the final address.`
    : `The address answered HTTP ${status} without a reason of Mintmark's. Check that it is the admin listener.`;
  return new AdminError({ code: 'ANSWER_INVALID', message, httpStatus: status, retryAfterSeconds });
}

/** RFC 6750 §3: a challenge names the scopes that would do. */
function scopesOf(challenge: string | null): readonly string[] {
  return (
    /\bscope="([^"]*)"/
      .exec(challenge ?? '')?.[1]
      ?.split(' ')
      .filter(Boolean) ?? []
  );
}

function secondsOf(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
}
