/** One guard taken out of the product, and the test that must then fail. */
export interface Mutant {
  readonly guard: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /** The spec file that must fail, and nothing but it is run. One that is an integration test needs PostgreSQL. */
  readonly spec: string;
  /** What the names of its tests hold that are run; absent: all of them are. */
  readonly test?: string;
}
