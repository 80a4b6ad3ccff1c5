import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { ExitCode } from './output/exit-codes.ts';

/** A verb as its file defines it. */
export interface VerbDefinition<Options> {
  /** Adds arguments and options. */
  readonly describe?: (command: Command) => Command;
  /** Whole command lines, shown by --help. */
  readonly examples: readonly [string, ...string[]];
  /** More for --help, below the options. */
  readonly explanation?: string;
  /** Why there is nothing that --as-curl could show; completes "because …". */
  readonly withoutCurl?: string;
  readonly run: (context: Context, args: readonly string[], options: Options) => Promise<ExitCode>;
}

export type Verb = VerbDefinition<never>;

/** Types the options of a verb where it is defined. */
export function defineVerb<Options = Record<string, never>>(definition: VerbDefinition<Options>): Verb {
  return definition;
}
