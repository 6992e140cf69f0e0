/**
 * The formula language of the balance config: a subset of CEL over whole numbers, booleans and strings. Formulas are
 * parsed and type-checked once, then called. There is no code generation (Workers forbid eval), no clock and no loop,
 * so a formula always returns the same amount for the same facts. The domain validates facts before it calls.
 */
import { type ASTNode, Environment, type ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { type FactRule, type Facts, type FactValue, type Formula, FormulaError } from '../domain/rules.ts';
import { MAX_AMOUNT } from './bounds.ts';

/** The formula's place in the document, for messages. `claimType` is null for the level curve and its grants. */
export interface FormulaPlace {
  readonly claimType: string | null;
  readonly resource: string;
}

function formulaError({ claimType, resource }: FormulaPlace, why: string): FormulaError {
  return new FormulaError(`The formula for ${resource} in ${claimType ?? 'levels'} ${why}`);
}

/** The kinds of facts that formulas may use. */
type Kind = Exclude<FactRule['kind'], 'id'>;
type Kinds = ReadonlyMap<string, Kind>;
type Compiled =
  | { readonly kind: 'formula'; readonly formula: Formula }
  | { readonly kind: 'invalid'; readonly message: string };

const LIMITS = { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 0, maxCallArguments: 2 };
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const BASE = new Environment({ limits: LIMITS })
  .registerFunction('min(int, int): int', least)
  .registerFunction('max(int, int): int', most);

/** The allowed operators. Amounts do not need the rest of CEL (time, regular expressions, maps, macros). */
const OPERATORS: ReadonlySet<string> = new Set(
  'value id call list in ?: || && !_ -_ == != < <= > >= + - * / %'.split(' '),
);
const FUNCTIONS: ReadonlySet<string> = new Set(['min', 'max']);
/** The library accepts these as fact names, although they are keywords in a formula. */
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

/** Of one set of declared facts. `nameProblem` explains why a fact cannot have its name. */
export interface FormulaCompiler {
  nameProblem(name: string): string | null;
  compile(source: string | number, place: FormulaPlace): Compiled;
}

/**
 * One compiler for each set of facts: claim types of one document often declare the same. An environment takes 9 KB, which is most
 * of what compiled rules take.
 */
export function formulaCompilers(): (kinds: Kinds) => FormulaCompiler {
  const compilers = new Map<string, FormulaCompiler>();
  return (kinds) => {
    const key = JSON.stringify([...kinds]);
    const compiler = compilers.get(key) ?? formulaCompiler(kinds);
    compilers.set(key, compiler);
    return compiler;
  };
}

export function formulaCompiler(kinds: Kinds): FormulaCompiler {
  const environment = BASE.clone();
  const reserved = new Set(KEYWORDS);
  for (const [name, kind] of kinds) {
    try {
      environment.registerVariable(name, kind);
    } catch {
      reserved.add(name);
    }
  }
  function nameProblem(name: string): string | null {
    if (!reserved.has(name)) return null;
    return `"${name}" is a reserved word of the formula language; choose another name`;
  }
  function compile(source: string | number, place: FormulaPlace): Compiled {
    if (typeof source === 'number') return { kind: 'formula', formula: () => source };
    return compileText(environment, kinds, source, place);
  }
  return { nameProblem, compile };
}

function compileText(environment: Environment, kinds: Kinds, source: string, place: FormulaPlace): Compiled {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(source);
  } catch (error) {
    return { kind: 'invalid', message: `is not a formula: ${summary(error)}` };
  }
  const unsupported = findUnsupported(parsed.ast);
  if (unsupported !== null) return { kind: 'invalid', message: unsupported };
  const check = parsed.check();
  if (!check.valid) {
    const known = [...kinds.keys()].join(', ');
    return { kind: 'invalid', message: `${summary(check.error)}. Declared facts: ${known || 'none'}` };
  }
  if (check.type !== 'int')
    return { kind: 'invalid', message: `must return a whole number (int), but returns ${check.type}` };
  return { kind: 'formula', formula: (facts) => evaluate(parsed, kinds, facts, place) };
}

function evaluate(parsed: ParseResult, kinds: Kinds, facts: Facts, place: FormulaPlace): number {
  const context: Record<string, bigint | boolean | string> = {};
  for (const [name, kind] of kinds) {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    context[name] = celValue(value, kind, name, place);
  }
  // The type check guarantees an int, which CEL represents as a BigInt.
  let result: bigint;
  try {
    result = parsed(context);
  } catch (error) {
    throw formulaError(place, `fails for ${factsText(facts)}: ${summary(error)}`);
  }
  if (result < 0n) {
    throw formulaError(
      place,
      `returns ${result} for ${factsText(facts)}; use max(0, …) to avoid negative amounts`,
    );
  }
  if (result > BigInt(MAX_AMOUNT)) {
    throw formulaError(place, `returns ${result} for ${factsText(facts)}, more than ${MAX_AMOUNT}`);
  }
  return Number(result);
}

/** CEL represents an int as a BigInt and treats a number as a double. */
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

/** A message about the first part of a formula that is valid CEL but not allowed here, or null. */
function findUnsupported(node: ASTNode): string | null {
  if (node.op === 'value') return unsupportedValue(node.args);
  if (node.op === 'call' && !FUNCTIONS.has(node.args[0]))
    return `must not call ${node.args[0]}(); the only functions are min() and max()`;
  if (!OPERATORS.has(node.op))
    return 'must use only arithmetic, comparisons, ?:, &&, ||, !, in, min() and max()';
  return children(node)
    .map(findUnsupported)
    .reduce((found, next) => found ?? next, null);
}

function unsupportedValue(value: unknown): string | null {
  if (typeof value === 'number') {
    return 'must not use decimals; multiply before you divide: floor * 3 / 2';
  }
  return ['bigint', 'boolean', 'string'].includes(typeof value)
    ? null
    : 'must use only whole numbers, true, false and text as values';
}

/** The operands of an allowed operator. Its other arguments are strings, such as the name of a function. */
function children(node: ASTNode): ASTNode[] {
  const args: readonly unknown[] = [node.args].flat(2);
  return args.filter((arg): arg is ASTNode => typeof arg === 'object');
}

function factsText(facts: Facts): string {
  const text = Object.entries(facts).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return text.length === 0 ? 'no facts' : text.join(', ');
}

/** The library's message without its drawing of the position. All errors of the library have a summary. */
function summary(error: unknown): string {
  return (error as ParseError).summary;
}
