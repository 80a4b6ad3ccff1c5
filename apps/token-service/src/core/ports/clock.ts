/** Time, as core sees it; a test passes its own. */
export interface Clock {
  now(): Date;
  /** Seconds since an arbitrary origin; never goes backwards and is not moved by a change of the wall clock. */
  monotonic(): number;
}
