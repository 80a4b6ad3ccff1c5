import type { VerifierErrorCode } from '@mintmark/contract';
import type { JsonObject, VerificationKey } from '@mintmark/jws';
import type { Caller } from '../caller.ts';
import type { DpopProof } from '../dpop-proof.ts';
import type { DpopEvidence, Evidence } from '../evidence.ts';
import type { KeyState } from '../keys/key-store.ts';
import type { Policy } from '../policy.ts';
import type { ProofUses } from '../proof-uses.ts';
import type { RevocableToken, Revocations } from '../revocations/revocations.ts';
import type { Confirmation, TokenTimes } from '../token-claims.ts';
import type { Segment, TokenText, TokenHeader } from '../token-text.ts';

/** What the checks of each stage look at, in the order of the stages. */
export interface Subjects {
  readonly credential: { readonly values: readonly string[] };
  readonly text: TokenText;
  readonly encoding: { readonly segments: readonly Segment[] };
  readonly json: Required<Segment>;
  readonly header: { readonly header: JsonObject };
  readonly keySet: { readonly state: KeyState };
  readonly key: { readonly header: TokenHeader; readonly key: VerificationKey };
  readonly signature: { readonly key: VerificationKey; readonly input: Uint8Array; readonly signature: Uint8Array };
  readonly claims: { readonly claims: JsonObject };
  readonly times: { readonly times: TokenTimes; readonly now: number };
  readonly binding: { readonly confirmation: Confirmation | undefined; readonly evidence: Evidence };
  readonly proof: {
    readonly proof: DpopProof;
    readonly jkt: string;
    readonly call: DpopEvidence;
    readonly token: string;
    readonly now: number;
    readonly uses: ProofUses;
  };
  readonly revocation: { readonly token: RevocableToken; readonly revocations: Revocations };
  readonly scope: { readonly caller: Caller; readonly scopes: readonly string[] };
}

export type Stage = keyof Subjects;

/** Place in the order of checks: 1 the credential, 2 its size and shape … 11 the scope. */
export type Step = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;

/** One reason to refuse a token. Sees its subject and the policy, and nothing else. */
export interface Check<Of extends Stage = Stage> {
  readonly name: string;
  readonly step: Step;
  readonly stage: Of;
  readonly refuse: (subject: Subjects[Of], policy: Policy) => VerifierErrorCode | undefined;
}

/** Makes the checks of one stage and step that refuse with one code whatever does not hold. */
export function requirement<Of extends Stage>(stage: Of, step: Step) {
  return (
    name: string,
    code: VerifierErrorCode,
    holds: (subject: Subjects[Of], policy: Policy) => boolean,
  ): Check<Of> => ({ name, step, stage, refuse: (subject, policy) => (holds(subject, policy) ? undefined : code) });
}
