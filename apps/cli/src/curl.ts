import type { AdminCall } from '@mintmark/admin-client';

type Call = Pick<AdminCall<unknown>, 'method' | 'path' | 'body'>;

/**
 * The call as a command for a POSIX shell. The token comes from a variable and goes to curl through a pipe: an argument
 * could be read by every user of the machine.
 */
export function curlOf(call: Call, address: string): string {
  const body = call.body && [`-H 'content-type: application/json'`, `--data ${quote(JSON.stringify(call.body))}`];
  const words = ['curl -sS --config -', ...(call.method === 'GET' ? [] : [`-X ${call.method}`]), ...(body ?? [])];
  return [
    `printf 'header = "Authorization: Bearer %s"\\n' "$MINTMARK_ADMIN_TOKEN" |`,
    `  ${[...words, quote(`${address.replace(/\/$/, '')}${call.path}`)].join(' ')}`,
  ].join(' \\\n');
}

/** Both calls that apply a declaration. The second is for the version that the plan was made on, which the first one answers. */
export function curlsOfApply({ plan, apply }: { readonly plan: Call; readonly apply: Call }, address: string): string {
  const version = `"base_version":'"$MINTMARK_BASE_VERSION"'}'`;
  return [
    '# the plan; put its base_version into MINTMARK_BASE_VERSION',
    curlOf(plan, address),
    '# applies it',
    // In the text of the declaration such quotes have a backslash before them.
    curlOf(apply, address).replace(/"base_version":\d+\}'/, () => version),
  ].join('\n');
}

/** The same as `curlOf` for a call over the host's socket, which takes no token. */
export function curlOverSocket({ method, path, body = {} }: Call, socket: string): string {
  const data = `-X ${method} -H 'content-type: application/json' --data ${quote(JSON.stringify(body))} `;
  return `curl -sS --unix-socket ${quote(socket)} ${method === 'GET' ? '' : data}${quote(`http://localhost${path}`)}`;
}

interface TokenCall {
  readonly clientId: string;
  readonly secretFile: string;
  readonly issuer: string;
  readonly form: Readonly<Record<string, string | undefined>>;
}

/** Both parts of Basic credentials are form-encoded (RFC 6749 §2.3.1); what we generate needs no encoding. */
export function curlForToken({ clientId, secretFile, issuer, form }: TokenCall): string {
  const given = Object.entries({ grant_type: 'client_credentials', ...form }).filter(
    ([, value]) => value !== undefined,
  );
  const data = given.map(([name, value]) => `--data-urlencode ${quote(`${name}=${value}`)}`);
  return [
    `printf 'user = "%s:%s"\\n' ${quote(clientId)} "$(cat ${quote(secretFile)})" |`,
    `  curl -sS --config - ${data.join(' ')} ${quote(`${issuer}/oauth2/token`)}`,
  ].join(' \\\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
