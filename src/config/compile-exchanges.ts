/** Compiles exchanges. Each holds the draw tables that it uses. Collects the problems of formulas; the checks have found all others. */
import { counterOf } from '../domain/limits.ts';
import type { DrawTable, ExchangeAmount, ExchangeRule } from '../domain/rules.ts';
import { compileConditions, playerScope } from './compile-conditions.ts';
import { compileDraws } from './compile-draws.ts';
import { type CompileLimits, limitCompiler } from './compile-limits.ts';
import { type FormulaCompiler, formulaCompiler } from './formulas.ts';
import { sortedEntries } from './json.ts';
import { pricesOf } from './prices.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';
import { drawingWindow } from './windows.ts';

type Exchange = BalanceDocument['exchanges'][string];

interface Compiler {
  readonly formulas: FormulaCompiler;
  readonly problems: Problem[];
}

export function compileExchanges(
  document: BalanceDocument,
  tables: ReadonlyMap<string, DrawTable>,
  problems: Problem[],
): ReadonlyMap<string, ExchangeRule> {
  const { drawTables } = document;
  const limitsOf = limitCompiler(document);
  // A formula of an exchange may use the quantity, as a claim's uses a fact.
  const facts = new Map([['quantity', 'int' as const]]);
  const compiler = { formulas: formulaCompiler({ facts, player: playerScope(document) }), problems };
  return new Map(
    sortedEntries(document.exchanges).map(([name, exchange]) => [
      name,
      compileExchange(name, exchange, { tables, drawTables, limitsOf, compiler }),
    ]),
  );
}

interface Parts {
  readonly tables: ReadonlyMap<string, DrawTable>;
  readonly drawTables: BalanceDocument['drawTables'];
  readonly limitsOf: CompileLimits;
  readonly compiler: Compiler;
}

function compileExchange(
  name: string,
  exchange: Exchange,
  { tables, drawTables, limitsOf, compiler }: Parts,
): ExchangeRule {
  const { costs, gives, chooseOne, draws, requires, maxQuantity, reversibleBy } = exchange;
  const at = ['exchanges', name];
  return {
    name,
    costs: pricesOf(costs).map(({ at: place, price }) =>
      compileExchangeAmounts(price, compiler, { name, at: [...at, ...place] }),
    ),
    gives: compileExchangeAmounts(gives, compiler, { name, at: [...at, 'gives'] }),
    options: compileOptions(chooseOne, compiler, { name, at }),
    conditions: compileConditions(requires, compiler, { name, at }),
    draws: compileDraws(draws, tables),
    maxQuantity,
    limits: limitsOf(counterOf('exchanges', name), name, exchange),
    window: drawingWindow(exchange, drawTables),
    reversibleBy,
  };
}

interface Place {
  readonly name: string;
  readonly at: readonly (string | number)[];
}

function compileOptions(
  chooseOne: Exchange['chooseOne'],
  compiler: Compiler,
  { name, at }: Place,
): ExchangeRule['options'] {
  if (!chooseOne) return null;
  return new Map(
    sortedEntries(chooseOne).map(([option, { gives }]) => [
      option,
      compileExchangeAmounts(gives, compiler, { name, at: [...at, 'chooseOne', option, 'gives'] }),
    ]),
  );
}

function compileExchangeAmounts(
  amounts: Exchange['gives'],
  { formulas, problems }: Compiler,
  { name, at }: Place,
): ExchangeAmount[] {
  return sortedEntries(amounts).flatMap(([resource, amount]): ExchangeAmount[] => {
    if (typeof amount === 'number') return [{ resource, amount }];
    const compiled = formulas.compile(amount, { claimType: name, resource });
    if (compiled.kind === 'formula') return [{ resource, amount: compiled.formula }];
    problems.push({ path: pathText([...at, resource]), message: compiled.message });
    return [];
  });
}
