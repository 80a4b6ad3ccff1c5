import type { VerifierErrorCode } from '@mintmark/contract';
import type { Policy } from '../policy.ts';
import type { Check, Stage, Subjects } from './check.ts';
import type { RegisteredCheck } from './registry.ts';

/** The checks of one verifier, by stage, bound to its policy. */
export class CheckPlan {
  readonly #policy: Policy;
  readonly #stages: Readonly<Partial<Record<Stage, readonly Check[]>>>;

  constructor(checks: readonly RegisteredCheck[], policy: Policy) {
    this.#policy = policy;
    this.#stages = Object.groupBy(checks as readonly Check[], ({ stage }) => stage);
  }

  /** The code of the first check of a stage that refuses, in the order of registration. */
  refusal<Of extends Stage>(stage: Of, subject: Subjects[Of]): VerifierErrorCode | undefined {
    const checks = this.#stages[stage] as readonly Check<Of>[] | undefined;
    if (!checks) return undefined;
    for (const check of checks) {
      const code = check.refuse(subject, this.#policy);
      if (code !== undefined) return code;
    }
    return undefined;
  }
}
