import { CST, Lexer, Parser, type LineCounter } from 'yaml';
import { MANY } from './text-problem.ts';

export interface YamlLimits {
  /** Of the parser, several to a value: what bounds its memory, at about 500 bytes each. */
  readonly maxTokens: number;
  readonly maxDepth: number;
}

export interface Refusal {
  readonly offset: number;
  readonly problem: string;
  readonly fix: string;
}

const FORBIDDEN_TOKENS: Partial<Record<CST.TokenType, Omit<Refusal, 'offset'>>> = {
  anchor: {
    problem: 'anchors (&) are not allowed',
    fix: 'write the value out wherever it is used; quote a text that begins with &',
  },
  alias: { problem: 'aliases (*) are not allowed', fix: 'write the value out; quote a text that begins with *' },
  tag: { problem: 'tags (!) are not allowed', fix: 'remove the tag; quote a text that begins with !' },
  'directive-line': { problem: 'directives (%) are not allowed', fix: 'remove this line' },
};

/** The lexer marks the places of these with a character of its own that is not in the text. */
const MARKERS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

const OPEN_QUOTE = { problem: 'a quote is opened here and never closed', fix: 'close it' };

function isOpenQuote(lexeme: string): boolean {
  return /^["']/.test(lexeme) && (lexeme.length === 1 || lexeme.at(-1) !== lexeme[0]);
}

/** Feeds the parser, and stops as soon as the text costs more than it may or uses what is not allowed. */
export class TokenGuard {
  readonly problems: Refusal[] = [];
  readonly #text: string;
  readonly #limits: YamlLimits;
  readonly #lines: LineCounter;

  constructor(text: string, limits: YamlLimits, lines: LineCounter) {
    this.#text = text;
    this.#limits = limits;
    this.#lines = lines;
  }

  *tokens(): Generator<CST.Token, void> {
    const parser = new Parser(this.#lines.addNewLine);
    this.#lines.addNewLine(0);
    let offset = 0;
    let count = 0;
    let inScalar = false;
    for (const lexeme of new Lexer().lex(this.#text)) {
      yield* parser.next(lexeme);
      if (!inScalar) this.#forbid(lexeme, offset);
      if (!this.#affordable({ count: ++count, depth: parser.stack.length, offset })) return;
      inScalar = lexeme === CST.SCALAR;
      if (!MARKERS.has(lexeme)) offset += lexeme.length;
    }
    yield* parser.end();
  }

  #forbid(lexeme: string, offset: number): void {
    const type = CST.tokenType(lexeme);
    const refusal = isOpenQuote(lexeme) ? OPEN_QUOTE : type === null ? undefined : FORBIDDEN_TOKENS[type];
    if (refusal && this.problems.length < MANY) this.problems.push({ offset, ...refusal });
  }

  #affordable({ count, depth, offset }: { count: number; depth: number; offset: number }): boolean {
    const { maxTokens, maxDepth } = this.#limits;
    if (depth > maxDepth) {
      this.problems.push({
        offset,
        problem: `nested deeper than ${maxDepth} levels`,
        fix: 'no field needs this: remove it',
      });
      return false;
    }
    if (count > maxTokens) {
      const fix = 'split it, and declare fewer clients in each part';
      this.problems.push({ offset, problem: `the file has more than ${maxTokens} YAML tokens`, fix });
      return false;
    }
    return true;
  }
}
