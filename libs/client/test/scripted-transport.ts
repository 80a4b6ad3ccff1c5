import { TokenRequestError } from '../src/token-request-error.ts';
import type { TokenRequestFailure } from '../src/token-request-failure.ts';
import type { IssuedToken, TokenTransport, TransportCall } from '../src/token-transport.ts';

type Answer = (call: TransportCall, attempt: number) => Promise<IssuedToken> | IssuedToken;

/** An issuer in memory: counts attempts, and answers as it is told. Tokens are numbered: token-1, token-2, … */
export class ScriptedTransport implements TokenTransport {
  readonly calls: TransportCall[] = [];
  closed = 0;
  answer: Answer;

  constructor(answer: Answer = issued(300)) {
    this.answer = answer;
  }

  get attempts(): number {
    return this.calls.length;
  }

  async issue(call: TransportCall): Promise<IssuedToken> {
    this.calls.push(call);
    return this.answer(call, this.attempts);
  }

  close(): void {
    this.closed += 1;
  }
}

export function issued(expiresInSeconds: number): Answer {
  return ({ request }, attempt) => ({ value: `token-${attempt}`, expiresInSeconds, scopes: request.scopes });
}

export function failing(failure: Partial<TokenRequestFailure> = {}): Answer {
  return () => {
    throw new TokenRequestError({ code: 'STOPPING', detail: 'the issuer stops', retryable: true, ...failure });
  };
}

/** Answers when told to. */
export function held(): { answer: Answer; release: () => void } {
  const gate = Promise.withResolvers<void>();
  return {
    answer: async (call, attempt) => gate.promise.then(() => issued(300)(call, attempt)),
    release: () => gate.resolve(),
  };
}
