import type { TextProblem } from './text-problem.ts';

/** Control characters but tab and line ends, and a byte order mark past the beginning. */
const NOT_TEXT = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFEFF]/;

/** Strict UTF-8 without control characters: the parser uses some of them for itself, so a file may not bring its own. */
export function decodeText(bytes: Uint8Array): string | TextProblem {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wholeFile('the file is not UTF-8 text', 'save it as plain text in UTF-8');
  }
  const control = NOT_TEXT.exec(text);
  if (control) return notText(text, control.index);
  if (text.trim() === '') return wholeFile('the file is empty', 'begin with `apiVersion: mintmark/v1`');
  return text;
}

function notText(text: string, offset: number): TextProblem {
  const before = text.slice(0, offset).split('\n');
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    path: '',
    problem: `U+${code} is not a character of a text file`,
    fix: 'remove it; a declaration is plain text in UTF-8',
  };
}

export function wholeFile(problem: string, fix: string): TextProblem {
  return { line: 1, column: 1, path: '', problem, fix };
}
