/** Part of the output contract: scripts decide by them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  warning: 3,
  denied: 4,
  unreachable: 5,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
