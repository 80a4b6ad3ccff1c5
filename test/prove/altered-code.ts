// How a sabotage changes the code of the product as it is loaded: for what is a function and no method that could be patched.
import { registerHooks } from 'node:module';

export interface Alteration {
  /** End of the URL of the compiled module. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** From now on the modules named are loaded altered. @throws Error in the loading process where the text is not there */
export function alterOnLoad(alterations: readonly Alteration[]): void {
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const wanted = alterations.filter(({ file }) => url.endsWith(file));
      if (wanted.length === 0) return loaded;
      const source = wanted.reduce(altered, textOf(loaded.source));
      return { ...loaded, source };
    },
  });
}

function altered(source: string, { file, from, to }: Alteration): string {
  if (!source.includes(from)) throw new Error(`sabotage: ${file} has no ${JSON.stringify(from)}`);
  return source.replace(from, to);
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | null | undefined): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source ?? undefined);
}
