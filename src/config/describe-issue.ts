/**
 * Turns what zod found into problems that a game designer can act on: the path, the bound, and what was there instead.
 * zod/mini carries no texts of its own, so this file is all the wording there is for faults of shape.
 */
import type * as z from 'zod/mini';
import { type Problem, pathText } from './problem.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

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
    return issue.issues.map((fault) => ({
      path: pathText(path),
      message: `the name ${message(fault, path.at(-1))}`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return describeUnion(document, issue, path);
  }
  return [{ path: pathText(path), message: message(issue, value) }];
}

/** Of a union, only the branch that the author meant is worth reporting: the one whose type fits. */
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
      return `must be at most ${issue.maximum}${unit(issue.origin, issue.maximum)}, ${not(value)}`;
    case 'too_small':
      if (value === '') return 'must not be empty';
      return `must be at least ${issue.minimum}${unit(issue.origin, issue.minimum)}, ${not(value)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((v) => JSON.stringify(v)).join(' or ')}, ${not(value)}`;
    case 'invalid_union':
      return `must be ${choices(issue)}, ${not(value)}`;
    default:
      return typeof value === 'object' ? issue.message : `${issue.message}, ${not(value)}`;
  }
}

/** zod gives the values of a discriminator, but its type doesn't say so. */
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

function unit(origin: string, count: number | bigint): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? (Number(count) === 1 ? ' entry' : ' entries') : '';
}

function not(value: unknown): string {
  if (value === undefined) return 'but it is missing';
  if (Array.isArray(value)) return `not a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'not an object';
  const json = JSON.stringify(value);
  return `not ${json.length > 60 ? `${json.slice(0, 60)}… (${json.length - 2} characters)` : json}`;
}

/** zod looks into what is there only: each step but the last leads to an object. */
function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown>)[step], document);
}
