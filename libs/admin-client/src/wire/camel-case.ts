type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** The same value with the wire's snake_case names in camelCase, all the way down. */
export type CamelCased<Value> = Value extends Date
  ? Value
  : Value extends readonly (infer Element)[]
    ? readonly CamelCased<Element>[]
    : Value extends object
      ? { readonly [Name in keyof Value as Name extends string ? Camel<Name> : Name]: CamelCased<Value[Name]> }
      : Value;

export function camelCased<Value>(value: Value): CamelCased<Value> {
  return convert(value) as CamelCased<Value>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [camel(name), convert(member)]));
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
