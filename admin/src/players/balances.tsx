// What a player has: debts first, then by name, with what regenerates.
import type { Balance, Player } from '@onceward/client';
import { useState } from 'react';
import { Moment, whole } from '../ui/format.tsx';
import { Empty } from '../ui/states.tsx';

const SHOWN = 8;

/** Debts first, then what is there, then what is empty. */
function rankOf({ amount, regeneration }: Balance): number {
  if (amount < 0) return 0;
  return amount > 0 || regeneration ? 1 : 2;
}

export function Balances({ player }: { readonly player: Player }) {
  const [showsAll, setShowsAll] = useState(false);
  const { balances } = player;
  if (balances.length === 0) return <Empty title="No balances yet." />;
  const ordered = balances.toSorted((a, b) => rankOf(a) - rankOf(b));
  return (
    <>
      <table className="balances">
        <caption className="visually-hidden">Balances by resource</caption>
        <tbody>
          {(showsAll ? ordered : ordered.slice(0, SHOWN)).map((balance) => (
            <BalanceRow key={balance.resource} {...balance} />
          ))}
        </tbody>
      </table>
      {ordered.length > SHOWN && (
        <button type="button" className="button-link" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show fewer' : `Show all ${ordered.length}`}
        </button>
      )}
    </>
  );
}

function BalanceRow({ resource, amount, regeneration }: Balance) {
  return (
    <tr>
      <th scope="row">
        {resource}
        {amount < 0 && <span className="badge badge-bad">debt</span>}
        {regeneration && (
          <span className="sub muted">
            {regeneration.fullAt && regeneration.nextUnitAt ? (
              <>
                next at <Moment at={regeneration.nextUnitAt} show="time" />, full at{' '}
                <Moment at={regeneration.fullAt} />
              </>
            ) : (
              `full, up to ${whole(regeneration.upTo)}`
            )}
          </span>
        )}
      </th>
      <td className={amount < 0 ? 'bad' : ''}>
        {whole(amount)}
        {regeneration && <span className="muted"> / {whole(regeneration.upTo)}</span>}
      </td>
    </tr>
  );
}
