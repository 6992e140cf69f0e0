/**
 * Problems of a balance document: where each is, and what a game designer has to change. Includes all wording for errors
 * of shape (missing fields, wrong types, bounds), because zod/mini has no messages of its own.
 */
import type * as z from 'zod/mini';

export interface Problem {
  /** `claimTypes.pve_victory.rewards.lumees` or `tiers.list[2].from`. Empty for the document itself. */
  readonly path: string;
  /** Reads as the continuation of the path: "must be at most 5, not 6". */
  readonly message: string;
}

type Path = readonly PropertyKey[];

/** Called by a check for each problem it finds. */
export type Report = (path: Path, message: string) => void;

export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}

type Issue = z.core.$ZodIssue;

/** The problems behind one zod issue. `parent` is the path of the enclosing union. */
export function describeIssue(document: unknown, issue: Issue, parent: Path = []): Problem[] {
  const path = [...parent, ...issue.path];
  const value = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      message: 'is not a field of the balance config; check the spelling, or remove it',
    }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((keyIssue) => ({
      path: pathText(path),
      message: `the name ${message(keyIssue, path.at(-1))}`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return describeUnion(document, issue, path);
  }
  return [{ path: pathText(path), message: message(issue, value) }];
}

/** Reports only the branch that the author meant: the one whose type fits. */
function describeUnion(
  document: unknown,
  { errors, message: forms }: z.core.$ZodIssueInvalidUnion,
  path: Path,
): Problem[] {
  const meant = errors.find(
    (issues) =>
      !issues.some(
        ({ code, path: at }) => at.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
      ),
  );
  if (meant) return meant.flatMap((issue) => describeIssue(document, issue, path));
  const value = valueAt(document, path);
  const expected = typeof value === 'number' ? 'must be a whole number' : forms;
  return [{ path: pathText(path), message: `${expected}, ${not(value)}` }];
}

function message(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}, ${not(value)}`;
    case 'too_big':
      return `must ${bound('at most', issue.maximum, issue.origin)}, ${not(value)}`;
    case 'too_small':
      if (value === '') return 'must not be empty';
      return `must ${bound('at least', issue.minimum, issue.origin)}, ${not(value)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((v) => JSON.stringify(v)).join(' or ')}, ${not(value)}`;
    case 'invalid_union':
      return `must be ${choices(issue)}, ${not(value)}`;
    default:
      return typeof value === 'object' ? issue.message : `${issue.message}, ${not(value)}`;
  }
}

/** zod lists the values of a discriminator in a field that its type does not declare. */
function choices(issue: Issue): string {
  const { options } = issue as unknown as { options: readonly string[] };
  return options.map((option) => JSON.stringify(option)).join(' or ');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a whole number',
  string: 'text in quotes',
  boolean: 'true or false',
  object: 'an object {…}',
  record: 'an object {…}',
  array: 'a list […]',
};

function bound(relation: string, count: number | bigint, origin: string): string {
  if (origin === 'string') return `be ${relation} ${count} characters`;
  if (origin === 'array') return `have ${relation} ${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
  return `be ${relation} ${count}`;
}

function not(value: unknown): string {
  if (value === undefined) return 'but it is missing';
  if (Array.isArray(value)) return `not a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'not an object';
  const json = JSON.stringify(value);
  return `not ${json.length > 60 ? `${json.slice(0, 60)}… (${json.length - 2} characters)` : json}`;
}

/** zod reports only paths that exist: every step but the last leads to an object. */
function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown>)[step], document);
}
