// What an operation moved or would move: before, change and after of each balance, and what bounded it.
import type { BalanceChange } from '@onceward/client';
import { signed, whole } from '../ui/format.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const CAUSES: Readonly<Record<BalanceChange['cause'], string>> = {
  OPERATION: '',
  MILESTONE: 'level-up',
  REGENERATION: 'regeneration',
  OPENING: 'opening balance',
  RESET: 'new period',
  CONVERSION: 'converted',
};

interface ChangesTableProps {
  readonly changes: readonly BalanceChange[];
  readonly caption: string;
}

export function ChangesTable({ changes, caption }: ChangesTableProps) {
  return (
    <TableScroll label={caption}>
      <table className="changes-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col" className="number">
              Before
            </th>
            <th scope="col" className="number">
              Change
            </th>
            <th scope="col" className="number">
              After
            </th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.resource} ${change.sequence}`}>
              <th scope="row">{change.resource}</th>
              <td className="number">{whole(change.before)}</td>
              <td className={`number ${change.delta < 0 ? 'change-down' : 'change-up'}`}>
                {signed(change.delta)}
              </td>
              <td className={`number ${change.after < 0 ? 'bad' : ''}`}>{whole(change.after)}</td>
              <td className="muted">{noteOf(change)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function noteOf({ cause, cutOff, requested, after }: BalanceChange): string {
  const notes = [
    CAUSES[cause],
    cutOff === 0 ? '' : `${signed(requested)} requested, ${whole(Math.abs(cutOff))} cut off`,
    after < 0 ? 'debt' : '',
  ];
  return notes.filter(Boolean).join(', ');
}
