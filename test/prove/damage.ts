// What a sabotage does to the product inside its own process, before the product's own code runs; never part of a product.

/** A class whose methods are about to be replaced. */
export interface Patched {
  readonly prototype: object;
}

/** Does the damage PROVE_SABOTAGE names: one, several with commas between them, or `all`. */
export async function inflict(breakages: Readonly<Record<string, () => Promise<void>>>): Promise<void> {
  const what = process.env['PROVE_SABOTAGE'] ?? 'all';
  for (const name of what === 'all' ? Object.keys(breakages) : what.split(',')) {
    const damage = breakages[name];
    if (!damage) throw new Error(`no such sabotage: ${name}. There are ${Object.keys(breakages).join(', ')}`);
    await damage();
  }
}

/** The very module the product runs; `path` is from the project's root. */
export function compiled(path: string): Promise<unknown> {
  return import(new URL(`../../${path}`, import.meta.url).href) as Promise<unknown>;
}

/** @throws Error where there is no such method: a sabotage that breaks nothing would prove nothing */
export function method({ prototype }: Patched, name: string): (...parameters: unknown[]) => unknown {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  if (typeof found !== 'function') throw new Error(`there is no method ${name} to break`);
  return found as (...parameters: unknown[]) => unknown;
}
