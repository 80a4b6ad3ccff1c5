// The package brings no types; these are the parts the measurements use.
declare module 'autocannon' {
  export interface Options {
    url: string;
    method: 'GET' | 'POST';
    headers: Readonly<Record<string, string>>;
    body?: string;
    connections: number;
    amount: number;
    /** Milliseconds between samples; a run ends with the sample after its last answer. */
    sampleInt: number;
  }
  export interface Result {
    errors: number;
    statusCodeStats: Readonly<Record<string, { count: number }>>;
  }
  const autocannon: (options: Options) => PromiseLike<Result>;
  export default autocannon;
}
