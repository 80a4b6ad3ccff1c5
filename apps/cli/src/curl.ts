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

/** The same for a call over the host's socket, which takes no token. */
export function curlOverSocket({ method, path, body = {} }: Call, socket: string): string {
  const data = `-H 'content-type: application/json' --data ${quote(JSON.stringify(body))}`;
  return `curl -sS --unix-socket ${quote(socket)} -X ${method} ${data} ${quote(`http://localhost${path}`)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
