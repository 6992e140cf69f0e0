// The result of a replay: what was paid and what would be, per resource and claim type, how players differ, and what was left out.
import { useState } from 'react';
import type {
  Apart,
  Compared,
  Refused,
  ReplayedType,
  ReplayedVersion,
} from '../../../src/domain/replay-report.ts';
import { NOT_REPLAYED } from '../../../src/domain/replay-rows.ts';
import { Moment, signed, whole } from '../ui/format.tsx';
import { Empty } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ComparedChart } from './compared-chart.tsx';
import { Players } from './replay-players.tsx';
import type { ReplayOutcome } from './run-replay.ts';

export function ReplayResults({ outcome }: { readonly outcome: ReplayOutcome }) {
  const { report, from, until, isComplete, share } = outcome;
  const { claims, players, versions, apart } = report;
  const [newest, ...others] = versions;
  return (
    <div className="replay-results">
      {!isComplete && (
        <p className="notice notice-warn">
          Cancelled after {Math.floor(share * 100)} % of the players. The numbers are those of this part.
        </p>
      )}
      <p role="status">
        <strong>{whole(claims)}</strong> claims of <strong>{whole(players)}</strong> players,{' '}
        <Moment at={from} /> until <Moment at={until} />
      </p>
      {newest ? (
        <Version version={newest} />
      ) : (
        <Empty title="No claim of this time can be replayed.">
          <p>{claims === 0 ? 'Look further back.' : 'Below is why.'}</p>
        </Empty>
      )}
      {others.map((version) => (
        <details key={version.version} className="card replay-older">
          <summary>
            Config version {version.version}: {countOf(version.claims)} <Refusals refused={version.refused} />
          </summary>
          <Version version={version} />
        </details>
      ))}
      {apart.length > 0 && <ApartTable apart={apart} />}
    </div>
  );
}

const countOf = (claims: number) => (claims === 1 ? '1 claim' : `${whole(claims)} claims`);
const isAmount = ({ isCounter }: Compared) => !isCounter;
const differs = ({ paid, would }: Compared) => paid !== would;

function Version({ version: of }: { readonly version: ReplayedVersion }) {
  const { version, claims, players, refused } = of;
  const resources = of.resources.filter(isAmount);
  return (
    <section className="replay-version" aria-label={`Paid under config version ${version}`}>
      <h3>
        Paid under config version {version}
        <span className="count">
          {countOf(claims)} of {whole(players)} players
        </span>
      </h3>
      <Refusals refused={refused} isLong />
      {resources.some(differs) ? (
        <ComparedChart resources={resources.filter(differs)} />
      ) : (
        <p className="notice">The draft would have paid exactly the same.</p>
      )}
      <TableScroll label={`Resources under version ${version}`} isCard>
        <table className="changes-table replay-table">
          <caption className="visually-hidden">What was paid then and would be paid, by resource</caption>
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <ComparedHeads />
            </tr>
          </thead>
          <tbody>
            {resources.map((one) => (
              <tr key={one.resource}>
                <th scope="row">{one.resource}</th>
                <ComparedCells {...one} />
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {resources.some(differs) && <Players resources={resources.filter(differs)} version={version} />}
      <Types types={of.types} version={version} />
    </section>
  );
}

function ComparedHeads() {
  return (
    <>
      <th scope="col" className="number">
        Paid then
      </th>
      <th scope="col" className="number">
        Would pay
      </th>
      <th scope="col" className="number">
        Difference
      </th>
    </>
  );
}

function ComparedCells({ paid, would }: Compared) {
  const difference = would - paid;
  const share =
    paid === 0 || difference === 0 ? null : Math.round((1_000 * difference) / Math.abs(paid)) / 10;
  return (
    <>
      <td className="number">{whole(paid)}</td>
      <td className="number">{whole(would)}</td>
      <td className={`number ${difference === 0 ? 'muted' : 'strong'}`}>
        {signed(difference)}
        {share !== null && <span className="replay-share muted">{signed(share)} %</span>}
      </td>
    </>
  );
}

function Refusals({
  refused,
  isLong = false,
}: {
  readonly refused: readonly Refused[];
  readonly isLong?: boolean;
}) {
  if (refused.length === 0) return null;
  const claims = refused.reduce((sum, one) => sum + one.claims, 0);
  if (!isLong) return <span className="badge badge-warn">{whole(claims)} refused</span>;
  return (
    <p className="notice notice-warn">
      The draft would refuse {countOf(claims)}:{' '}
      {refused.map(({ why, claims: count }) => `${whole(count)} ${why.replaceAll('_', ' ')}`).join(', ')}.
    </p>
  );
}

interface TypesProps {
  readonly types: readonly ReplayedType[];
  readonly version: number;
}

/** Claim types that pay differently; on demand all. */
function Types({ types, version }: TypesProps) {
  const [isAll, setAll] = useState(false);
  const changed = types.filter(
    ({ resources, refused }) => refused.length > 0 || resources.some((one) => isAmount(one) && differs(one)),
  );
  const shown = isAll ? types : changed;
  return (
    <div>
      <div className="replay-types-head">
        <h3>Claim types{!isAll && ' that differ'}</h3>
        {changed.length < types.length && (
          <button type="button" className="button-link" onClick={() => setAll(!isAll)} aria-expanded={isAll}>
            {isAll ? 'Show those that differ' : `Show all ${whole(types.length)}`}
          </button>
        )}
      </div>
      {shown.length === 0 ? (
        <p className="muted">No claim type pays differently.</p>
      ) : (
        <TableScroll label={`Claim types under version ${version}`} isCard>
          <table className="changes-table replay-table">
            <caption className="visually-hidden">What was paid then and would be paid, by claim type</caption>
            <thead>
              <tr>
                <th scope="col">Claim type</th>
                <th scope="col" className="number">
                  Claims
                </th>
                <th scope="col">Resource</th>
                <ComparedHeads />
              </tr>
            </thead>
            {shown.map((type) => (
              <TypeRows key={type.type} type={type} isAll={isAll} />
            ))}
          </table>
        </TableScroll>
      )}
    </div>
  );
}

function TypeRows({ type, isAll }: { readonly type: ReplayedType; readonly isAll: boolean }) {
  const amounts = type.resources.filter((one) => isAmount(one) && (isAll || differs(one)));
  const [first, ...others] = amounts;
  const rows = Math.max(amounts.length, 1);
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={rows}>
          {type.type} <Refusals refused={type.refused} />
        </th>
        <td className="number" rowSpan={rows}>
          {whole(type.claims)}
        </td>
        {first ? (
          <>
            <td>{first.resource}</td>
            <ComparedCells {...first} />
          </>
        ) : (
          <td colSpan={4} className="muted">
            the same
          </td>
        )}
      </tr>
      {others.map((one) => (
        <tr key={one.resource}>
          <td>{one.resource}</td>
          <ComparedCells {...one} />
        </tr>
      ))}
    </tbody>
  );
}

function ApartTable({ apart }: { readonly apart: readonly Apart[] }) {
  return (
    <section aria-label="Not replayed">
      <h3>Not replayed</h3>
      <TableScroll label="Claims that were not replayed" isCard>
        <table className="changes-table replay-table">
          <caption className="visually-hidden">Claims that were not replayed, by reason</caption>
          <thead>
            <tr>
              <th scope="col" className="number">
                Claims
              </th>
              <th scope="col">Because</th>
              <th scope="col">Moved then</th>
            </tr>
          </thead>
          <tbody>
            {apart.map(({ why, claims, example, moved }) => (
              <tr key={why}>
                <td className="number">{whole(claims)}</td>
                <th scope="row">
                  {NOT_REPLAYED[why]}
                  {example !== null && <span className="sub muted">such as: {example}</span>}
                </th>
                <td>{moved.map(({ resource, amount }) => `${resource} ${signed(amount)}`).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
