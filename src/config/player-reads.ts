/**
 * What a formula reads of the player: `level`, `tier`, `tierAtLeast("Gold")`, `balance("gold")`, `holds("skill:passing", "match-1")`,
 * and the attributes that the config names, such as `segment`.
 * The names in the calls are texts, so the rules know beforehand what an operation has to read. Each call becomes an entry of a map,
 * because a function of the formula language sees its arguments alone.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { PlayerRead } from '../domain/rules.ts';
import { PATTERNS } from '../domain/values.ts';
import { suggestion } from './suggest.ts';

/** What the config lets formulas read of players. */
export interface PlayerScope {
  /** False: the config has no levels. */
  readonly levels: boolean;
  /** The names of the tiers, ascending; null: the config has none. */
  readonly tiers: readonly string[] | null;
  readonly resources: ReadonlySet<string>;
  /** What tokens say of their players: the values of each attribute. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** Variables of a rewritten formula. No name of a fact begins with `_`. */
export const AMOUNTS = '_amounts';
export const HELD = '_held';
export const RANK = '_rank';

export const PLAYER_FUNCTIONS: readonly string[] = ['balance', 'holds', 'tierAtLeast'];

export type FoundReads =
  | {
      readonly kind: 'reads';
      readonly reads: readonly PlayerRead[];
      /** The formula with its calls replaced. */
      readonly source: string;
    }
  | { readonly kind: 'invalid'; readonly message: string };

interface Found {
  readonly read: PlayerRead;
  /** What replaces the node; null: it stays. */
  readonly text: string | null;
}

export function findPlayerReads(ast: ASTNode, scope: PlayerScope): FoundReads {
  const reads = new Map<string, PlayerRead>();
  const replaced: { readonly node: ASTNode; readonly text: string }[] = [];
  let problem: string | null = null;
  const visit = (node: ASTNode) => {
    problem ??= comparedNames(node, scope);
    const found = readOf(node, scope);
    if (typeof found === 'string') problem ??= found;
    else if (found) {
      reads.set(found.read.name, found.read);
      if (found.text !== null) replaced.push({ node, text: found.text });
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(ast);
  if (problem !== null) return { kind: 'invalid', message: problem };
  let source = ast.input;
  // From the end, so that the places before stay where they are.
  for (const { node, text } of replaced.toSorted((a, b) => b.node.start - a.node.start))
    source = source.slice(0, node.start) + text + source.slice(node.end);
  return { kind: 'reads', reads: [...reads.values()], source };
}

/** The operands of an operator. Its other arguments are strings, such as the name of a function. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const args: readonly unknown[] = [node.args].flat(2);
  return args.filter((arg): arg is ASTNode => typeof arg === 'object' && arg !== null);
}

/** Null: the node reads nothing of the player. A string: what is wrong with it. */
function readOf(node: ASTNode, scope: PlayerScope): Found | string | null {
  if (node.op === 'id') {
    if (node.args === 'level') return scope.levels ? { read: LEVEL, text: null } : NO_LEVELS;
    if (node.args === 'tier') return scope.tiers ? { read: TIER, text: null } : NO_TIERS;
    const values = scope.attributes.get(node.args);
    return values ? { read: { kind: 'attribute', name: node.args, values }, text: null } : null;
  }
  if (node.op !== 'call') return null;
  const [name, args] = node.args;
  if (!PLAYER_FUNCTIONS.includes(name)) return null;
  const texts = args.map(({ op, args: value }) =>
    op === 'value' && typeof value === 'string' ? value : null,
  );
  const [first = null, second = null] = texts;
  if (first === null || (name === 'holds' && second === null))
    return `must name what ${name}() reads as text in quotes, such as ${EXAMPLES[name]}`;
  if (name === 'tierAtLeast') return tierAtLeast(first, scope);
  if (!scope.resources.has(first))
    return `reads the resource "${first}", which is not listed in resources${suggestion(first, scope.resources)}`;
  return name === 'balance' ? balanceOf(first) : sourceOf(first, second as string);
}

const LEVEL: PlayerRead = { kind: 'level', name: 'level' };
const TIER: PlayerRead = { kind: 'tier', name: 'tier' };
const NO_LEVELS = 'must not read level: the config has no levels';
const NO_TIERS = 'must not read tier: the config has no tiers';
const EXAMPLES: Readonly<Record<string, string>> = {
  balance: 'balance("gold")',
  holds: 'holds("skill:passing", "match-1")',
  tierAtLeast: 'tierAtLeast("Gold")',
};

function balanceOf(resource: string): Found {
  const name = `balance('${resource}')`;
  return { read: { kind: 'balance', name, resource }, text: `${AMOUNTS}[${JSON.stringify(name)}]` };
}

function sourceOf(resource: string, source: string): Found | string {
  const { expression, expected } = PATTERNS.claimKey;
  if (!expression.test(source)) return `names the source "${source}", but a source is ${expected}`;
  const name = `holds('${resource}', '${source}')`;
  return { read: { kind: 'holds', name, resource, source }, text: `${HELD}[${JSON.stringify(name)}]` };
}

function tierAtLeast(tier: string, { tiers }: PlayerScope): Found | string {
  if (!tiers) return NO_TIERS;
  const rank = tiers.indexOf(tier);
  if (rank < 0) return unknownTier(tier, tiers);
  return { read: TIER, text: `(${RANK} >= ${rank + 1})` };
}

const unknownTier = (tier: string, tiers: readonly string[]) =>
  `names the tier "${tier}", which is not listed in tiers${suggestion(tier, tiers)}`;

/**
 * `tier` and attributes are texts with known values: by order they would be compared letter by letter, and an unknown value would
 * never be equal.
 */
function comparedNames(node: ASTNode, { tiers, attributes }: PlayerScope): string | null {
  const operands = childrenOf(node);
  for (const operand of operands) {
    const name = operand.op === 'id' ? operand.args : '';
    const values = name === 'tier' ? tiers : (attributes.get(name) ?? null);
    if (!values) continue;
    if (['<', '<=', '>', '>='].includes(node.op)) {
      const instead = name === 'tier' ? `tierAtLeast("${values[0] ?? 'Gold'}")` : '== or in';
      return `must not compare ${name} by ${node.op}; use ${instead}`;
    }
    if (!['==', '!=', 'in'].includes(node.op)) continue;
    const unknown = textsOf(operands).find((text) => text !== '' && !values.includes(text));
    if (unknown === undefined) continue;
    return name === 'tier'
      ? unknownTier(unknown, values)
      : `compares ${name} with "${unknown}", which is not listed in attributes.${name}.values${suggestion(unknown, values)}`;
  }
  return null;
}

function textsOf(operands: readonly ASTNode[]): readonly string[] {
  return operands
    .flatMap((operand) => (operand.op === 'list' ? operand.args : [operand]))
    .flatMap(({ op, args }) => (op === 'value' && typeof args === 'string' ? [args] : []));
}
