// One resource over the days: totals, the days as columns with the balance as a line, and where it came from and went to.
import type { Economy, EconomyDay } from '@onceward/client';
import { type ReactNode, useState } from 'react';
import { ColumnChart } from '../charts/column-chart.tsx';
import { ChartFrame } from '../charts/frame.tsx';
import { signedSum, sumText } from '../charts/numbers.ts';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { everyDay } from './queries.ts';
import { labelOf, longLabelOf, type Range } from './range.ts';
import { Sources } from './sources.tsx';

interface FlowsProps {
  readonly economy: Economy;
  readonly resource: string;
  readonly range: Range;
  /** What chooses the resource. */
  readonly children: ReactNode;
}

const COLUMNS = ['day', 'emitted', 'sunk', 'reversed', 'transferred', 'net', 'balance'] as const;

export function Flows({ economy, resource, range, children }: FlowsProps) {
  const days = everyDay(economy.days, resource, range);
  const save = () =>
    saveCsv(
      `economy-${resource.replaceAll(':', '_')}-${range.from}-${range.to}.csv`,
      csvOf(
        COLUMNS,
        days.map((day) => COLUMNS.map((column) => day[column])),
      ),
    );
  return (
    <>
      <div className="economy-totals">
        {children}
        <Totals days={days} />
        <button type="button" className="button" onClick={save}>
          Export CSV
        </button>
      </div>
      <MovementChart days={days} />
      <BalanceChart days={days} />
      <div className="economy-pair">
        <Sources title="Where it came from" side="gained" flows={economy.flows} resource={resource} />
        <Sources title="Where it went" side="lost" flows={economy.flows} resource={resource} />
      </div>
    </>
  );
}

const total = (
  days: readonly EconomyDay[],
  column: 'emitted' | 'sunk' | 'reversed' | 'transferred' | 'net',
) => days.reduce((sum, day) => sum + BigInt(day[column]), 0n);

function Totals({ days }: { readonly days: readonly EconomyDay[] }) {
  const reversed = total(days, 'reversed');
  const transferred = total(days, 'transferred');
  const shown: [string, string][] = [
    ['Emitted', sumText(total(days, 'emitted'))],
    ['Sunk', sumText(total(days, 'sunk'))],
    ...(reversed === 0n ? [] : [['Reversals', signedSum(reversed)] as [string, string]]),
    ...(transferred === 0n ? [] : [['Between players', sumText(transferred)] as [string, string]]),
    ['Net', signedSum(total(days, 'net'))],
    ['All balances', sumText(days.at(-1)?.balance ?? '0')],
  ];
  return (
    <dl className="totals">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function MovementChart({ days }: { readonly days: readonly EconomyDay[] }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const day = pointed === null ? undefined : days[pointed];
  return (
    <ChartFrame
      title="Emitted and sunk per day"
      readout={
        day ? (
          `${longLabelOf(day.day)}: +${sumText(day.emitted)}, −${sumText(day.sunk)}, net ${signedSum(day.net)}`
        ) : (
          <>
            <span className="key key-up" /> emitted <span className="key key-down" /> sunk
          </>
        )
      }
      table={{
        columns: [
          { title: 'Day' },
          { title: 'Emitted', isNumber: true },
          { title: 'Sunk', isNumber: true },
          { title: 'Reversals', isNumber: true },
          { title: 'Net', isNumber: true },
        ],
        rows: days.map((each) => [
          longLabelOf(each.day),
          sumText(each.emitted),
          sumText(each.sunk),
          signedSum(each.reversed),
          signedSum(each.net),
        ]),
      }}
    >
      <ColumnChart
        columns={days.map((each) => ({
          name: each.day,
          label: labelOf(each.day),
          up: Number(each.emitted),
          down: Number(each.sunk),
        }))}
        onPoint={setPointed}
      />
    </ChartFrame>
  );
}

function BalanceChart({ days }: { readonly days: readonly EconomyDay[] }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const day = pointed === null ? undefined : days[pointed];
  return (
    <ChartFrame
      title="All balances together, at the end of each day"
      readout={day && `${longLabelOf(day.day)}: ${sumText(day.balance)}`}
      table={{
        columns: [{ title: 'Day' }, { title: 'All balances', isNumber: true }],
        rows: days.map((each) => [longLabelOf(each.day), sumText(each.balance)]),
      }}
    >
      <ColumnChart
        height={160}
        columns={days.map((each) => ({ name: each.day, label: labelOf(each.day), up: 0 }))}
        line={days.map((each) => Number(each.balance))}
        onPoint={setPointed}
      />
    </ChartFrame>
  );
}
