// Draws compared with the declared odds. An outcome is marked where its interval does not contain the declared share.
import type { OutcomeOdds, TableOddsDrawn } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { percent, sumText } from '../charts/numbers.ts';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { oddsQuery } from './queries.ts';
import type { Range } from './range.ts';

const COLUMNS = ['outcome', 'drawn', 'weight', 'share', 'declared', 'low', 'high'] as const;

export function Odds({ range }: { readonly range: Range }) {
  const { data, error, isPending, refetch } = useQuery(oddsQuery(range));
  const save = () =>
    saveCsv(
      `odds-${range.from}-${range.to}.csv`,
      csvOf(
        ['table', 'firstVersion', 'lastVersion', ...COLUMNS],
        (data?.tables ?? []).flatMap((table) =>
          table.outcomes.map((outcome) => [
            table.table,
            table.firstVersion,
            table.lastVersion,
            ...COLUMNS.map((column) => outcome[column]),
          ]),
        ),
      ),
    );
  return (
    <section className="card economy-odds" aria-labelledby="odds-drawn">
      <div className="chart-head">
        <h2 id="odds-drawn">Odds drawn</h2>
        {data && data.tables.length > 0 && (
          <button type="button" className="button-link" onClick={save}>
            Export CSV
          </button>
        )}
      </div>
      {isPending && <Loading lines={6} label="Loading the odds" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data?.tables.length === 0 && <p className="muted">Nothing was drawn in these days.</p>}
      {data?.tables.map((table) => (
        <Table key={`${table.table} ${table.firstVersion}`} {...table} />
      ))}
      {data && data.tables.length > 0 && (
        <p className="muted sub">
          The bar is the interval in which the true share lies; the mark is the declared share. A fair table
          has a bar beside its mark in one case of a hundred. Draws that a guarantee narrowed are not judged.
        </p>
      )}
    </section>
  );
}

function Table({ table, firstVersion, lastVersion, draws, guaranteed, outcomes }: TableOddsDrawn) {
  const versions =
    firstVersion === lastVersion ? `config ${firstVersion}` : `configs ${firstVersion} to ${lastVersion}`;
  const most = Math.max(...outcomes.flatMap(({ high, declared }) => [high, declared]));
  return (
    <div className="odds-table">
      <h3>
        {table}{' '}
        <span className="muted">
          {sumText(String(draws))} draws{guaranteed > 0 && ` and ${sumText(String(guaranteed))} guaranteed`},{' '}
          {versions}
        </span>
      </h3>
      <TableScroll label={`Odds of ${table}`}>
        <table className="changes-table">
          <caption className="visually-hidden">Odds of {table}</caption>
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col">Result</th>
              <th scope="col" className="number">
                Drawn
              </th>
              <th scope="col" className="number">
                Share
              </th>
              <th scope="col" className="number">
                Declared
              </th>
              <th scope="col">Interval</th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map((outcome) => (
              <Row key={outcome.outcome} {...outcome} most={most} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}

function Row({
  outcome,
  drawn,
  share,
  declared,
  low,
  high,
  isWithin,
  most,
}: OutcomeOdds & { readonly most: number }) {
  const at = (value: number) => `${(value / most) * 100}%`;
  return (
    <tr>
      <th scope="row">{outcome}</th>
      <td>
        <span className={`badge badge-${isWithin ? 'good' : 'bad'}`}>
          {isWithin ? 'as declared' : 'differs'}
        </span>
      </td>
      <td className="number">{sumText(String(drawn))}</td>
      <td className="number">{percent(share)}</td>
      <td className="number">{percent(declared)}</td>
      <td>
        <span className="visually-hidden">
          {percent(low)} to {percent(high)}
        </span>
        <span className="interval" aria-hidden="true" title={`${percent(low)} to ${percent(high)}`}>
          <span
            className={`interval-bar${isWithin ? '' : ' interval-off'}`}
            style={{ left: at(low), width: at(high - low) }}
          />
          <span className="interval-mark" style={{ left: at(declared) }} />
        </span>
      </td>
    </tr>
  );
}
