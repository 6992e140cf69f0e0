// Ceilings and level-ups of a claim, below its formulas.
import type { BalanceChange } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { whole } from '../ui/format.tsx';
import { ceilingsOf, type FilledFormula, levelUpsOf } from './bounds.ts';
import { evaluatorQuery } from './queries.ts';

interface BoundsProps {
  readonly changes: readonly BalanceChange[];
  /** The balance config of the claim. */
  readonly document: unknown;
}

const SHOWN = 5;

export function Bounds({ changes, document }: BoundsProps) {
  const ceilings = ceilingsOf(changes, document);
  const levelUps = levelUpsOf(changes, document);
  const { data: evaluator } = useQuery({ ...evaluatorQuery, enabled: levelUps.length > 0 });
  if (ceilings.length === 0 && levelUps.length === 0) return null;
  const show = ({ formula, filled }: FilledFormula, level: number) => {
    const value = evaluator?.valueAt(formula, level) ?? null;
    return (
      <>
        <code>{filled}</code>
        {value !== null && filled !== String(value) && (
          <>
            {' '}
            = <strong>{whole(value)}</strong>
          </>
        )}
      </>
    );
  };
  return (
    <div className="formulas">
      {ceilings.map(({ resource, ceiling, rest }) => (
        <div key={resource} className="formula">
          <span className="formula-name">
            {resource} <span className="muted">ceiling</span>
          </span>
          <span>
            <code>{ceiling}</code>
            <span className="muted">; {rest}</span>
          </span>
        </div>
      ))}
      {levelUps.slice(0, SHOWN).map(({ level, begins, grants }) => (
        <div key={level} className="formula">
          <span className="formula-name">
            Level {whole(level)} <span className="muted">reached</span>
          </span>
          <span>
            <span className="muted">from </span>
            {show(begins, level)}
            <span className="muted"> experience on</span>
          </span>
          {grants.map(({ resource, ...formula }) => (
            <span key={resource}>
              <span className="muted">{resource}: </span>
              {show(formula, level)}
            </span>
          ))}
        </div>
      ))}
      {levelUps.length > SHOWN && <p className="muted">and {whole(levelUps.length - SHOWN)} more levels</p>}
    </div>
  );
}
