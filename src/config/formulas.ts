/**
 * The formula language of the balance config: a subset of CEL over whole numbers, booleans and strings. Formulas are
 * parsed and type-checked once, then called. There is no code generation (Workers forbid eval), no clock and no loop,
 * so a formula always returns the same amount for the same inputs: facts, and what it reads of the player
 * (player-reads.ts). The domain validates facts before it calls.
 */
import { type ASTNode, Environment, type ParseError, type ParseResult } from '@marcbachmann/cel-js';
import {
  type Expression,
  type FactRule,
  type Facts,
  type FactValue,
  type Formula,
  FormulaError,
  type PlayerRead,
} from '../domain/rules.ts';
import { MAX_AMOUNT } from './bounds.ts';
import {
  AMOUNTS,
  childrenOf,
  findPlayerReads,
  HELD,
  PLAYER_FUNCTIONS,
  type PlayerScope,
  RANK,
} from './player-reads.ts';

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
type Invalid = { readonly kind: 'invalid'; readonly message: string };
type Compiled = { readonly kind: 'formula'; readonly formula: Formula } | Invalid;
type CompiledCondition =
  | {
      readonly kind: 'condition';
      readonly condition: Expression<boolean>;
      /** Whether it uses facts besides what it reads of the player. */
      readonly usesFacts: boolean;
    }
  | Invalid;

const LIMITS = { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 0, maxCallArguments: 2 };
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const BASE = new Environment({ limits: LIMITS })
  .registerFunction('min(int, int): int', least)
  .registerFunction('max(int, int): int', most);
/** Their calls are replaced before a formula runs; they are here for their types. */
const WITH_PLAYER = BASE.clone()
  .registerFunction('balance(string): int', () => 0n)
  .registerFunction('holds(string, string): bool', () => false)
  .registerFunction('tierAtLeast(string): bool', () => false)
  .registerVariable(AMOUNTS, 'map<string, int>')
  .registerVariable(HELD, 'map<string, bool>')
  .registerVariable(RANK, 'int');

/** The allowed operators. Amounts do not need the rest of CEL (time, regular expressions, maps, macros). */
const OPERATORS: ReadonlySet<string> = new Set(
  'value id call list in ?: || && !_ -_ == != < <= > >= + - * / %'.split(' '),
);
const FUNCTIONS: ReadonlySet<string> = new Set(['min', 'max']);
const FUNCTIONS_WITH_PLAYER: ReadonlySet<string> = new Set([...FUNCTIONS, ...PLAYER_FUNCTIONS]);
/** The library accepts these as fact names, although they are keywords in a formula. */
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

/** What formulas of one place may use: declared facts, and what they may read of the player; null: nothing. */
export interface FormulaScope {
  readonly facts: Kinds;
  readonly player: PlayerScope | null;
}

/** Of one scope. `nameProblem` explains why a fact cannot have its name. */
export interface FormulaCompiler {
  nameProblem(name: string): string | null;
  compile(source: string | number, place: FormulaPlace): Compiled;
  condition(source: string, place: FormulaPlace): CompiledCondition;
}

/**
 * One compiler for each set of facts: claim types of one document often declare the same. An environment takes 9 KB, which is most
 * of what compiled rules take.
 */
export function formulaCompilers(player: PlayerScope | null): (facts: Kinds) => FormulaCompiler {
  const compilers = new Map<string, FormulaCompiler>();
  return (facts) => {
    const key = JSON.stringify([...facts]);
    const compiler = compilers.get(key) ?? formulaCompiler({ facts, player });
    compilers.set(key, compiler);
    return compiler;
  };
}

/** Kinds of the player's values that are variables. */
const PLAYER_VARIABLES = { level: 'int', tier: 'string' } as const;

export function formulaCompiler(scope: FormulaScope): FormulaCompiler {
  const { facts, player } = scope;
  const environment = (player ? WITH_PLAYER : BASE).clone();
  const reserved = new Set(KEYWORDS);
  const ofPlayer = player ? Object.entries(PLAYER_VARIABLES) : [];
  for (const [name, kind] of ofPlayer) environment.registerVariable(name, kind);
  const attributes = [...(player?.attributes.keys() ?? [])].map((name) => [name, 'string'] as const);
  for (const [name, kind] of [...attributes, ...facts]) {
    try {
      environment.registerVariable(name, kind);
    } catch {
      reserved.add(name);
    }
  }
  function nameProblem(name: string): string | null {
    if (player && Object.hasOwn(PLAYER_VARIABLES, name))
      return `"${name}" is the player's ${name} in formulas; choose another name`;
    if (player?.attributes.has(name))
      return `"${name}" is an attribute of the player (attributes.${name}); choose another name`;
    if (!reserved.has(name)) return null;
    return `"${name}" is a reserved word of the formula language; choose another name`;
  }
  function compile(source: string | number, place: FormulaPlace): Compiled {
    if (typeof source === 'number') return { kind: 'formula', formula: () => source };
    const parsed = parse(environment, scope, source, 'int');
    if ('message' in parsed) return { kind: 'invalid', message: parsed.message };
    const formula: Formula = (inputs) => amountOf(evaluate(parsed, inputs, place), inputs, place);
    return { kind: 'formula', formula: withReads(formula, parsed.reads) };
  }
  function condition(source: string, place: FormulaPlace): CompiledCondition {
    const parsed = parse(environment, scope, source, 'bool');
    if ('message' in parsed) return { kind: 'invalid', message: parsed.message };
    const met: Expression<boolean> = (inputs) => evaluate(parsed, inputs, place) === true;
    return { kind: 'condition', condition: withReads(met, parsed.reads), usesFacts: parsed.uses.size > 0 };
  }
  return { nameProblem, compile, condition };
}

function withReads<T>(expression: Expression<T>, reads: readonly PlayerRead[]): Expression<T> {
  return reads.length === 0 ? expression : Object.assign(expression, { reads });
}

/** Why an attribute cannot have this name; null: it can. */
export function attributeNameProblem(name: string): string | null {
  if (Object.hasOwn(PLAYER_VARIABLES, name) || name === 'quantity')
    return `"${name}" has another meaning in formulas; choose another name`;
  return formulaCompiler({ facts: new Map([[name, 'string']]), player: null }).nameProblem(name);
}

/** A formula that is parsed and checked, with what it reads. */
interface Parsed {
  readonly run: ParseResult;
  readonly reads: readonly PlayerRead[];
  readonly scope: FormulaScope;
  /** The facts that the expression uses. */
  readonly uses: ReadonlySet<string>;
}

/** The type that an expression must have, and how messages name it. */
const RESULTS = { int: 'a whole number (int)', bool: 'true or false (bool)' } as const;

function parse(
  environment: Environment,
  scope: FormulaScope,
  source: string,
  result: keyof typeof RESULTS,
): Parsed | { readonly message: string } {
  try {
    const written = environment.parse(source);
    const unsupported = findUnsupported(written.ast, scope.player ? FUNCTIONS_WITH_PLAYER : FUNCTIONS);
    if (unsupported !== null) return { message: unsupported };
    const found = scope.player && findPlayerReads(written.ast, scope.player);
    if (found?.kind === 'invalid') return { message: found.message };
    const check = written.check();
    if (!check.valid) return { message: `${summary(check.error)}. ${knownNames(scope)}` };
    if (check.type !== result)
      return { message: `must return ${RESULTS[result]}, but returns ${check.type}` };
    const run = environment.parse(found?.source ?? source);
    return { run, reads: found?.reads ?? [], scope, uses: new Set(factsIn(written.ast, scope.facts)) };
  } catch (error) {
    return { message: `is not a formula: ${summary(error)}` };
  }
}

function knownNames({ facts, player }: FormulaScope): string {
  const declared = `Declared facts: ${[...facts.keys()].join(', ') || 'none'}`;
  const attributes = [...(player?.attributes.keys() ?? [])].map((name) => `, ${name}`).join('');
  return player
    ? `${declared}. Of the player: level, tier, balance("…"), holds("…", "…")${attributes}`
    : declared;
}

type CelValue = bigint | boolean | string;

function factsIn(node: ASTNode, facts: Kinds): readonly string[] {
  if (node.op === 'id') return facts.has(node.args) ? [node.args] : [];
  return childrenOf(node).flatMap((child) => factsIn(child, facts));
}

function evaluate(
  { run: parsed, reads, scope, uses }: Parsed,
  facts: Facts,
  place: FormulaPlace,
): bigint | boolean {
  const context: Record<string, CelValue | Record<string, CelValue>> = {};
  for (const [name, kind] of scope.facts) {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    // A screen knows no facts, and shows what depends on none.
    if (value === undefined && !uses.has(name)) continue;
    context[name] = celValue(value, kind, name, place);
  }
  if (reads.length > 0) Object.assign(context, playerContext(reads, scope.player?.tiers ?? [], facts));
  try {
    return parsed(context);
  } catch (error) {
    throw formulaError(place, `fails for ${factsText(facts)}: ${summary(error)}`);
  }
}

/** The type check guarantees an int, which CEL represents as a BigInt. */
function amountOf(result: bigint | boolean, facts: Facts, place: FormulaPlace): number {
  if (BigInt(result) < 0n)
    throw formulaError(
      place,
      `returns ${result} for ${factsText(facts)}; use max(0, …) to avoid negative amounts`,
    );
  if (BigInt(result) > BigInt(MAX_AMOUNT))
    throw formulaError(place, `returns ${result} for ${factsText(facts)}, more than ${MAX_AMOUNT}`);
  return Number(result);
}

/** The variables that what is read of the player becomes. */
function playerContext(
  reads: readonly PlayerRead[],
  tiers: readonly string[],
  inputs: Facts,
): Record<string, CelValue | Record<string, CelValue>> {
  const amounts: Record<string, CelValue> = {};
  const held: Record<string, CelValue> = {};
  const context: Record<string, CelValue | Record<string, CelValue>> = { [AMOUNTS]: amounts, [HELD]: held };
  for (const { kind, name } of reads) {
    const value = inputs[name];
    if (kind === 'level') context[name] = BigInt(Number(value));
    else if (kind === 'balance') amounts[name] = BigInt(Number(value));
    else if (kind === 'holds') held[name] = value === true;
    else if (kind === 'attribute') context[name] = String(value);
    else {
      context[name] = String(value);
      context[RANK] = BigInt(tiers.indexOf(String(value)) + 1);
    }
  }
  return context;
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
function findUnsupported(node: ASTNode, functions: ReadonlySet<string>): string | null {
  if (node.op === 'value') return unsupportedValue(node.args);
  if (node.op === 'id' && node.args.startsWith('_')) return `must not use the name ${node.args}`;
  if (node.op === 'call' && !functions.has(node.args[0])) {
    const known = [...functions].map((name) => `${name}()`);
    return `must not call ${node.args[0]}(); the only functions are ${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
  }
  if (!OPERATORS.has(node.op))
    return 'must use only arithmetic, comparisons, ?:, &&, ||, !, in, min() and max()';
  return childrenOf(node)
    .map((child) => findUnsupported(child, functions))
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

function factsText(facts: Facts): string {
  const text = Object.entries(facts).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return text.length === 0 ? 'no facts' : text.join(', ');
}

/** The library's message without its drawing of the position. All errors of the library have a summary. */
function summary(error: unknown): string {
  return (error as ParseError).summary;
}
