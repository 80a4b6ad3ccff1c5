/** The command line cannot be followed: exit code 2. The message says what was wrong, what is allowed and how to mend it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Runs what throws a TypeError on arguments that make no sense, and says so as a mistake in usage. */
export function asUsage<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw usageErrorOf(error);
  }
}

/** The TypeError that a library of ours throws on arguments, as a mistake in usage; anything else as it is. */
export function usageErrorOf(error: unknown): unknown {
  return error instanceof TypeError ? new UsageError(error.message) : error;
}

/** The person stopped it. */
export class Interrupted extends Error {
  constructor(more = '') {
    super(`Interrupted.${more}`);
    this.name = 'Interrupted';
  }
}
