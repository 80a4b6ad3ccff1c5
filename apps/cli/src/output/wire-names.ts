type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * As JSON and YAML output has it: names in snake_case as in the admin API, instants in ISO 8601, no absent members.
 * @param verbatim members of the value that are left as they are
 */
export function wireNames(value: unknown, verbatim: readonly string[] = []): Json {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((element) => wireNames(element));
  if (typeof value !== 'object' || value === null) return value as Json;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [snakeCase(name), verbatim.includes(name) ? (member as Json) : wireNames(member)]),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[a-z0-9](?=[A-Z])/g, '$&_').toLowerCase();
}
