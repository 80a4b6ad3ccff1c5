import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { curlOf, curlOverSocket, curlsOfApply } from './curl.ts';

/** What a shell makes of the command, with a curl that prints its arguments and its standard input. */
function run(command: string, token = 'secret-token'): { args: string[]; stdin: string } {
  const curl = `curl() { printf '%s\\n' "$@"; printf -- '---\\n'; cat; }`;
  const output = execFileSync('sh', ['-c', `${curl}\n${command}`], {
    env: { MINTMARK_ADMIN_TOKEN: token },
    input: '',
    encoding: 'utf8',
  });
  const [args = '', stdin = ''] = output.split('---\n');
  return { args: args.trimEnd().split('\n'), stdin };
}

describe('curlOf', () => {
  const call = { method: 'POST', path: '/admin/v1/clients', body: { id: "o'brien" } } as const;

  it('is the call, with the token in a variable and never among the arguments', () => {
    const { args, stdin } = run(curlOf(call, 'http://127.0.0.1:4003/'));
    expect(args).toEqual([
      ...['-sS', '--config', '-', '-X', 'POST', '-H', 'content-type: application/json'],
      ...['--data', `{"id":"o'brien"}`, 'http://127.0.0.1:4003/admin/v1/clients'],
    ]);
    expect(stdin).toBe('header = "Authorization: Bearer secret-token"\n');
  });

  it('cannot be made to run something else', () => {
    const evil = { method: 'GET', path: `/admin/v1/clients/'; echo pwned; '` } as const;
    expect(run(curlOf(evil, 'http://127.0.0.1:4003')).args.at(-1)).toBe(`http://127.0.0.1:4003${evil.path}`);
  });
});

describe('curlsOfApply', () => {
  it('takes the version from a variable, whatever the declaration says', () => {
    const body = { declaration: `'$(id)' "base_version":7}'`, base_version: 0 };
    const plan = { method: 'POST', path: '/plan', body: {} } as const;
    const curls = curlsOfApply({ plan, apply: { method: 'POST', path: '/apply', body } }, 'http://127.0.0.1:4003');
    const { args } = run(`MINTMARK_BASE_VERSION=42\n${curls.split('# applies it\n')[1]}`);
    expect(JSON.parse(args.find((argument) => argument.startsWith('{')) ?? '')).toEqual({ ...body, base_version: 42 });
  });
});

describe('curlOverSocket', () => {
  it('takes no token', () => {
    const { args } = run(curlOverSocket({ method: 'POST', path: '/host/v1/bootstrap', body: {} }, '/data/admin.sock'));
    expect(args).toContain('/data/admin.sock');
    expect(args.join(' ')).not.toContain('Authorization');
  });
});
