// Evaluates formulas of the level curve as the domain does. The language is a script of its own, which loads when somebody asks why.
import { formulaCompiler } from '../../../src/config/formulas.ts';

const compiler = formulaCompiler({ facts: new Map([['level', 'int']]), player: null });

/** Null: the formula cannot be computed. */
export function valueAt(source: string, level: number): number | null {
  try {
    const number = Number(source);
    const given = source.trim() !== '' && Number.isSafeInteger(number) ? number : source;
    const compiled = compiler.compile(given, { claimType: null, resource: 'level' });
    return compiled.kind === 'formula' ? compiled.formula({ level }) : null;
  } catch {
    return null;
  }
}
