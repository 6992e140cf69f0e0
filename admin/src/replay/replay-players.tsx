// How much more or less players would have had under the draft: the distribution over players, per resource.
import type { Changes } from '../../../src/domain/replay-changes.ts';
import type { ReplayedVersion } from '../../../src/domain/replay-report.ts';
import { signed, whole } from '../ui/format.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const QUANTILES = [
  'lowest',
  'p10',
  'p50',
  'p90',
  'p99',
  'highest',
] as const satisfies readonly (keyof Changes)[];
const QUANTILE_NAMES: Readonly<Record<(typeof QUANTILES)[number], string>> = {
  lowest: 'Lowest',
  p10: '10 %',
  p50: 'Median',
  p90: '90 %',
  p99: '99 %',
  highest: 'Highest',
};

interface PlayersProps {
  readonly resources: ReplayedVersion['resources'];
  readonly version: number;
}

export function Players({ resources, version }: PlayersProps) {
  return (
    <div>
      <h3>Change per player</h3>
      <TableScroll label={`Players under version ${version}`} isCard>
        <table className="changes-table replay-table">
          <caption className="visually-hidden">How much more or less players would have had</caption>
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col" className="number">
                More
              </th>
              <th scope="col" className="number">
                Less
              </th>
              <th scope="col" className="number">
                Same
              </th>
              {QUANTILES.map((one) => (
                <th key={one} scope="col" className="number">
                  {QUANTILE_NAMES[one]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resources.map(({ resource, players }) => (
              <tr key={resource}>
                <th scope="row">{resource}</th>
                <td className="number">{whole(players.more)}</td>
                <td className="number">{whole(players.less)}</td>
                <td className="number">{whole(players.same)}</td>
                {QUANTILES.map((one) => (
                  <td key={one} className="number">
                    {signed(players[one])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}
