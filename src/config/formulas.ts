/**
 * Formulas of the balance config: a small part of CEL over whole numbers, booleans and strings. Parsed and type-checked
 * once, then called. No code generation (Workers forbid eval), no clock, no loops: a formula gives the same for the
 * same facts, forever. What facts are allowed to be is the domain's to check before it calls.
 */
import { type ASTNode, Environment, type ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { type FactRule, type Facts, type FactValue, type Formula, FormulaError } from '../domain/rules.ts';
import { MAX_AMOUNT } from './bounds.ts';

/** Where a formula stands, for messages: `claimType` is null for the level curve and its grants. */
export interface FormulaPlace {
  readonly claimType: string | null;
  readonly resource: string;
}

/** The message names the place and holds no secret. */
function formulaError({ claimType, resource }: FormulaPlace, why: string): FormulaError {
  return new FormulaError(
    `The formula of ${resource} ${claimType === null ? 'in levels' : `in ${claimType}`} ${why}`,
  );
}

/** The facts that formulas may use; a fact of kind `id` is none of them. */
type Kind = Exclude<FactRule['kind'], 'id'>;
type Kinds = ReadonlyMap<string, Kind>;
type Compiled =
  | { readonly kind: 'formula'; readonly formula: Formula }
  | { readonly kind: 'fault'; readonly message: string };

const LIMITS = { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 0, maxCallArguments: 2 };
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const BASE = new Environment({ limits: LIMITS })
  .registerFunction('min(int, int): int', least)
  .registerFunction('max(int, int): int', most);

/** Everything else that CEL can do (time, regular expressions, maps, macros) is refused: it has no use in an amount. */
const OPERATORS: ReadonlySet<string> = new Set(
  'value id call list in ?: || && !_ -_ == != < <= > >= + - * / %'.split(' '),
);
const FUNCTIONS: ReadonlySet<string> = new Set(['min', 'max']);
/** The library lets a fact have these names, but means something else by them in a formula. */
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

/** Compiles formulas over one set of declared facts. A name that CEL reserves is told as `fault`. */
export function formulaCompiler(kinds: Kinds): {
  fault: (name: string) => string | null;
  compile: typeof compile;
} {
  const environment = BASE.clone();
  const reserved = new Set(WORDS);
  for (const [name, kind] of kinds) {
    try {
      environment.registerVariable(name, kind);
    } catch {
      reserved.add(name);
    }
  }
  function fault(name: string): string | null {
    if (!reserved.has(name)) return null;
    return `"${name}" is a reserved word of the formula language; choose another name`;
  }
  function compile(source: string | number, place: FormulaPlace): Compiled {
    if (typeof source === 'number') return { kind: 'formula', formula: () => source };
    return compileText(environment, kinds, source, place);
  }
  return { fault, compile };
}

function compileText(environment: Environment, kinds: Kinds, source: string, place: FormulaPlace): Compiled {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(source);
  } catch (error) {
    return { kind: 'fault', message: `is not a formula: ${summary(error)}` };
  }
  const foreign = findForeign(parsed.ast);
  if (foreign !== null) return { kind: 'fault', message: foreign };
  const check = parsed.check();
  if (!check.valid) {
    const known = [...kinds.keys()].join(', ');
    return { kind: 'fault', message: `${summary(check.error)}. Facts declared here: ${known || 'none'}` };
  }
  if (check.type !== 'int')
    return { kind: 'fault', message: `must give a whole number (int), but gives ${check.type}` };
  return { kind: 'formula', formula: (facts) => evaluate(parsed, kinds, facts, place) };
}

function evaluate(parsed: ParseResult, kinds: Kinds, facts: Facts, place: FormulaPlace): number {
  const context: Record<string, bigint | boolean | string> = {};
  for (const [name, kind] of kinds) {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    context[name] = celValue(value, kind, name, place);
  }
  // The type check has found that it is an int, which CEL holds in a BigInt.
  let result: bigint;
  try {
    result = parsed(context);
  } catch (error) {
    throw formulaError(place, `fails for ${factsText(facts)}: ${summary(error)}`);
  }
  if (result < 0n) {
    throw formulaError(
      place,
      `gives ${result} for ${factsText(facts)}; max(0, …) keeps an amount from going negative`,
    );
  }
  if (result > BigInt(MAX_AMOUNT)) {
    throw formulaError(place, `gives ${result} for ${factsText(facts)}, more than ${MAX_AMOUNT}`);
  }
  return Number(result);
}

/** CEL's int is a BigInt; a plain number would be a double to it. */
function celValue(
  value: FactValue | undefined,
  kind: Kind,
  name: string,
  place: FormulaPlace,
): bigint | boolean | string {
  if (kind === 'int' && typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (kind === 'bool' && typeof value === 'boolean') return value;
  if (kind === 'string' && typeof value === 'string') return value;
  throw formulaError(place, `needs the fact "${name}" (${kind})`);
}

/** The first thing in a formula that is CEL but has no place here, as a message; null: none. */
function findForeign(node: ASTNode): string | null {
  if (node.op === 'value') return foreignValue(node.args);
  if (node.op === 'call' && !FUNCTIONS.has(node.args[0]))
    return `${node.args[0]}() is not allowed; min() and max() are`;
  if (!OPERATORS.has(node.op))
    return 'only arithmetic, comparisons, ?:, &&, ||, !, in, min() and max() are allowed';
  return children(node)
    .map(findForeign)
    .reduce((found, next) => found ?? next, null);
}

function foreignValue(value: unknown): string | null {
  if (typeof value === 'number') {
    return 'decimals are not allowed; multiply before you divide: floor * 3 / 2';
  }
  return ['bigint', 'boolean', 'string'].includes(typeof value)
    ? null
    : 'only whole numbers, true, false and text are allowed as values';
}

/** Of an operator that is allowed and no value: what else stands beside its operands is text. */
function children(node: ASTNode): ASTNode[] {
  const args: readonly unknown[] = [node.args].flat(2);
  return args.filter((arg): arg is ASTNode => typeof arg === 'object');
}

function factsText(facts: Facts): string {
  const text = Object.entries(facts).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return text.length === 0 ? 'no facts' : text.join(', ');
}

/** Of an error of the library, all of which have it: the message without a drawing of where in the formula it is. */
function summary(error: unknown): string {
  return (error as ParseError).summary;
}
