/**
 * The process that holds the PKCS#11 token. The vendor's library runs here and not in the service: there its memory would be
 * the service's memory, a call that hangs would be a thread that can never be ended, and its crash would be ours. Whatever goes
 * wrong with the token ends this process, by the hand of the service; the next one starts afresh.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openToken } from './token-session.ts';
import { failureOf, TokenError } from './token-error.ts';
import { TokenKeys } from './token-keys.ts';
import type { TokenAnswer, TokenRequest, TokenVerb, TokenVerbs } from './token-messages.ts';

let keys: TokenKeys | undefined;

async function answer(request: TokenRequest): Promise<TokenVerbs[TokenVerb]['answered']> {
  if (request.verb === 'open') {
    const token = await openToken(request.address, request.pinFile, request.sessions);
    keys = new TokenKeys(token);
    return { tag: token.tag, algorithms: token.algorithms };
  }
  if (!keys) throw new TokenError('PROVIDER_UNREACHABLE', 'The PKCS#11 token is not open.');
  switch (request.verb) {
    case 'create':
      return keys.create(request);
    case 'publicKey':
      return keys.publicKey(request.id);
    case 'sign':
      return keys.sign(request.id, request.input);
    case 'destroy':
      return keys.destroy(request.id);
    case 'list':
      return keys.list(request.labelPrefix);
  }
}

function send(message: TokenAnswer): void {
  process.send?.(message);
}

process.on('message', (request: TokenRequest) => {
  const { sequence } = request;
  answer(request).then(
    (value) => send({ sequence, value }),
    (error: unknown) => send({ sequence, failure: failureOf(error) }),
  );
});
// Ctrl-C reaches every process of a terminal; the service says when it needs this one no more.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
// An orderly exit would wait for a call of the library that hangs.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
const watchdog = new URL(`./token-watchdog${extname(import.meta.url)}`, import.meta.url);
new Worker(watchdog, { workerData: Number(process.argv[2]) }).unref();
