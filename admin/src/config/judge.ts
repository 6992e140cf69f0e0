// What is wrong with the text of a draft, and what it changes: with the checks and the comparison of the server, while somebody types.
// The server decides: it also knows earlier versions and what players hold. Pure, and run by a worker.
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { compileForPublishing } from '../../../src/config/compile.ts';
import { canonicalJson } from '../../../src/config/json.ts';
import { placeOf, placesOf } from './outline.ts';
import { describeChanges, type Sentence } from './words/describe.ts';

export interface JudgeRequest {
  readonly text: string;
  /** The document that the draft changes. */
  readonly base: unknown;
  readonly now: Date;
  /** Claim types of the ledger itself. */
  readonly reservedNames: readonly string[];
}

export interface PlacedProblem {
  /** As the server names it; empty: the whole document, or no document yet. */
  readonly path: string;
  readonly message: string;
  /** In the text, from 0 on. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

export interface Judged {
  readonly kind: 'broken' | 'invalid' | 'valid';
  readonly problems: readonly PlacedProblem[];
  /** Of a valid document. */
  readonly changes: readonly Sentence[];
  /** Parsed; undefined: it is not JSON. */
  readonly document: unknown;
  /** Whether it says the same as the base. */
  readonly isSame: boolean;
}

const MAX_PROBLEMS = 100;
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false } as const;

export function judge({ text, base, now, reservedNames }: JudgeRequest): Judged {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, STRICT);
  const broken = [
    ...errors.map((error) => syntaxProblem(text, error)),
    ...(tree ? repeated(text, tree) : []),
  ];
  if (!tree || broken.length > 0)
    return {
      kind: 'broken',
      problems: broken.slice(0, MAX_PROBLEMS),
      changes: [],
      document: undefined,
      isSame: false,
    };
  const document: unknown = JSON.parse(text);
  const result = compileForPublishing(document, { version: 0, sha256: '' }, { reservedNames });
  if (result.kind === 'invalid') {
    const places = placesOf(tree);
    const problems = result.problems.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
      // What is missing at the top has no place: the beginning of the document.
      const { offset: start, length } = placeOf(places, path) ?? { offset: tree.offset, length: 1 };
      return placed(text, { path, message, start, end: start + length });
    });
    return { kind: 'invalid', problems, changes: [], document, isSame: false };
  }
  const isSame = canonicalJson(document) === canonicalJson(base);
  const changes = isSame ? [] : describeChanges({ current: base, next: document, now });
  return { kind: 'valid', problems: [], changes, document, isSame };
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: 'Text is written in quotes; only numbers, true, false and null are not.',
  InvalidNumberFormat: 'This is no number.',
  PropertyNameExpected: 'A name in quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected here.',
  CommaExpected: 'A comma is expected before this.',
  CloseBraceExpected: 'A closing } is missing.',
  CloseBracketExpected: 'A closing ] is missing.',
  EndOfFileExpected: 'The document ended before this.',
  InvalidCommentToken: 'Comments are not allowed; use a description.',
  UnexpectedEndOfString: 'The closing quote is missing.',
};

function syntaxProblem(text: string, { error, offset, length }: ParseError): PlacedProblem {
  const message = SYNTAX[printParseErrorCode(error)] ?? 'This is not JSON.';
  return placed(text, { path: '', message, start: offset, end: offset + Math.max(length, 1) });
}

/** JSON.parse would silently drop the first of two equal keys. */
function repeated(text: string, node: Node): PlacedProblem[] {
  const found: PlacedProblem[] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    if (node.type === 'object') {
      const [key] = child.children ?? [];
      const name = String(key?.value);
      if (key && seen.has(name)) {
        const message = `“${name}” occurs twice in one object. Remove one of them.`;
        found.push(placed(text, { path: '', message, start: key.offset, end: key.offset + key.length }));
      }
      seen.add(name);
    }
    found.push(...repeated(text, child));
  }
  return found;
}

function placed(text: string, problem: Omit<PlacedProblem, 'line'>): PlacedProblem {
  return { ...problem, line: text.slice(0, problem.start).split('\n').length };
}
