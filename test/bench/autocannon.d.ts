// The package brings no types; these are the parts the measurements use.
declare module 'autocannon' {
  function autocannon(options: autocannon.Options): PromiseLike<autocannon.Result>;

  namespace autocannon {
    interface Options {
      url: string;
      method: 'GET' | 'POST';
      headers: Readonly<Record<string, string>>;
      body?: string;
      connections: number;
      amount: number;
      /** Milliseconds between samples; a run ends with the sample after its last answer. */
      sampleInt: number;
    }
    interface Result {
      errors: number;
      statusCodeStats: Readonly<Record<string, { count: number }>>;
    }
  }

  // eslint-disable-next-line mintmark/no-default-export -- how the package exports is its own affair
  export = autocannon;
}
