type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

/** A view as JSON has it: names in snake_case, instants as RFC 3339. */
export type Wire<View> = View extends Date
  ? string
  : View extends readonly (infer Item)[]
    ? Wire<Item>[]
    : View extends object
      ? { [Name in keyof View & string as SnakeCase<Name>]: Wire<View[Name]> }
      : View;

export function toWire<View>(view: View): Wire<View> {
  return convert(view, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as Wire<View>;
}

/** A view as a protobuf message takes it: names as they are, instants as RFC 3339, and what is null left out. */
export type Message<View> = View extends Date
  ? string
  : View extends null
    ? undefined
    : View extends readonly (infer Item)[]
      ? Message<Item>[]
      : View extends object
        ? { [Name in keyof View]: Message<View[Name]> }
        : View;

export function toMessage<View>(view: View): Message<View> {
  return convert(view, (name) => name, { dropNull: true }) as Message<View>;
}

function convert(view: unknown, rename: (name: string) => string, { dropNull = false } = {}): unknown {
  if (view instanceof Date) return view.toISOString();
  if (Array.isArray(view)) return view.map((item) => convert(item, rename, { dropNull }));
  if (typeof view !== 'object' || view === null) return view;
  const entries = Object.entries(view).filter(([, value]) => value !== undefined && !(dropNull && value === null));
  return Object.fromEntries(entries.map(([name, value]) => [rename(name), convert(value, rename, { dropNull })]));
}
