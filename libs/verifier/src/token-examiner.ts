import type { VerifierErrorCode } from '@mintmark/contract';
import type { JsonObject } from '@mintmark/jws';
import type { CheckPlan } from './checks/check-plan.ts';
import { readJson, readSegments, readText, signingInputOf, type Segment, type TokenHeader } from './token-text.ts';

/** Either what came out of a step, or the code that ends the verification. */
export type Outcome<Value> = Value | VerifierErrorCode;

/** A token whose form and header are in order; what it says is not yet known to be true. */
export interface ExaminedToken {
  readonly token: string;
  readonly encodedHeader: string;
  readonly header: TokenHeader;
  readonly claims: JsonObject;
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** More than the headers of all keys of a set. */
const KNOWN_HEADERS = 64;

/** Checks 2 to 5: all that can be said of a token without a key. */
export class TokenExaminer {
  readonly #plan: CheckPlan;
  /** Headers of verified tokens, by their exact encoding: what is asked of a header depends on nothing else. */
  readonly #known = new Map<string, TokenHeader>();

  constructor(plan: CheckPlan) {
    this.#plan = plan;
  }

  examine(token: string): Outcome<ExaminedToken> {
    const text = readText(token);
    const badText = this.#plan.refusal('text', text);
    if (badText) return badText;
    const [header, payload, signature] = readSegments(text);
    const known = this.#known.get(header.encoded);
    const segments = known ? [payload, signature] : [header, payload, signature];
    const badEncoding = this.#plan.refusal('encoding', { segments });
    if (badEncoding) return badEncoding;
    const members = known ?? this.#readObject(header);
    if (typeof members === 'string') return members;
    const claims = this.#readObject(payload);
    if (typeof claims === 'string') return claims;
    const badHeader = known ? undefined : this.#plan.refusal('header', { header: members as JsonObject });
    if (badHeader) return badHeader;
    return {
      token,
      encodedHeader: header.encoded,
      header: members as TokenHeader,
      claims,
      input: signingInputOf(text),
      signature: signature.bytes,
    };
  }

  /** All tokens of a key share their header: once one is verified, the next need not be asked the same again. */
  remember({ encodedHeader, header }: ExaminedToken): void {
    if (this.#known.has(encodedHeader)) return;
    if (this.#known.size >= KNOWN_HEADERS) this.#known.clear();
    this.#known.set(encodedHeader, header);
  }

  #readObject(segment: Segment): Outcome<JsonObject> {
    const document = readJson(segment);
    if (!document) return 'TOKEN_MALFORMED';
    return this.#plan.refusal('json', document) ?? document.json.value;
  }
}
