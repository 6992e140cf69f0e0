// Lists with bars: where a resource came from and went to, and how many claims of each type there were.
import type { ClaimCount, EconomyFlow } from '@onceward/client';
import { useId } from 'react';
import { shortNumber, sumText } from '../charts/numbers.ts';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { sourcesOf } from './queries.ts';
import type { Range } from './range.ts';

const SHOWN = 10;

interface SourcesProps {
  readonly title: string;
  readonly side: 'gained' | 'lost';
  readonly flows: readonly EconomyFlow[];
  readonly resource: string;
}

export function Sources({ title, side, flows, resource }: SourcesProps) {
  const sources = sourcesOf(flows, resource, side);
  return (
    <BarList
      title={title}
      tone={side === 'gained' ? 'up' : 'down'}
      empty={side === 'gained' ? 'Nobody gained any in these days.' : 'Nobody lost any in these days.'}
      rows={sources.map(({ name, detail, amount }) => ({
        key: `${name} ${detail}`,
        name,
        detail,
        amount: Number(amount),
        text: sumText(amount),
      }))}
    />
  );
}

interface ClaimCountsProps {
  readonly claims: readonly ClaimCount[];
  readonly range: Range;
}

export function ClaimCounts({ claims, range }: ClaimCountsProps) {
  const save = () =>
    saveCsv(
      `claims-${range.from}-${range.to}.csv`,
      csvOf(
        ['claimType', 'operation', 'claims', 'units'],
        claims.map(({ claimType, operation, claims: count, units }) => [claimType, operation, count, units]),
      ),
    );
  return (
    <BarList
      title="Claims and exchanges"
      tone="plain"
      empty="Nothing was claimed in these days."
      rows={claims.map(({ claimType, operation, claims: count, units }) => ({
        key: `${claimType} ${operation}`,
        name: claimType,
        detail: units > count ? `${operation}, ${shortNumber(units)} units` : operation,
        amount: count,
        text: sumText(String(count)),
      }))}
      onSave={save}
    />
  );
}

interface BarRow {
  readonly key: string;
  readonly name: string;
  readonly detail: string;
  readonly amount: number;
  readonly text: string;
}

interface BarListProps {
  readonly title: string;
  readonly tone: 'up' | 'down' | 'plain';
  readonly empty: string;
  readonly rows: readonly BarRow[];
  readonly onSave?: () => void;
}

function BarList({ title, tone, empty, rows, onSave }: BarListProps) {
  const id = useId();
  const most = Math.max(1, ...rows.map(({ amount }) => amount));
  const shown = rows.slice(0, SHOWN);
  const rest = rows.slice(SHOWN);
  return (
    <section className="card" aria-labelledby={id}>
      <div className="chart-head">
        <h2 id={id}>{title}</h2>
        {onSave && (
          <button type="button" className="button-link" onClick={onSave}>
            Export CSV
          </button>
        )}
      </div>
      {rows.length === 0 && <p className="muted">{empty}</p>}
      <Bars rows={shown} most={most} tone={tone} />
      {rest.length > 0 && (
        <details className="chart-table">
          <summary>{rest.length} more</summary>
          <Bars rows={rest} most={most} tone={tone} />
        </details>
      )}
    </section>
  );
}

function Bars({ rows, most, tone }: Pick<BarListProps, 'rows' | 'tone'> & { readonly most: number }) {
  return (
    <ul className="bars">
      {rows.map(({ key, name, detail, amount, text }) => (
        <li key={key}>
          <span className="bar-name">
            {name} <span className="muted">{detail}</span>
          </span>
          <span className="bar-amount">{text}</span>
          <span className={`bar bar-${tone}`} style={{ width: `${Math.max((amount / most) * 100, 0.5)}%` }} />
        </li>
      ))}
    </ul>
  );
}
