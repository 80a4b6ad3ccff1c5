/** One guard taken out of the product, and the test that must then fail. */
export interface Mutant {
  readonly guard: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /** The spec file that must fail, and nothing but it is run. */
  readonly spec: string;
}
