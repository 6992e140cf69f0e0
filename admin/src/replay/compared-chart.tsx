// Paid then and would be paid, as two bars for each resource. Resources have no common unit: each pair has a scale of its own.
import type { Compared } from '../../../src/domain/replay-report.ts';
import { signed, whole } from '../ui/format.tsx';

const MAX_SHOWN = 12;

export function ComparedChart({ resources }: { readonly resources: readonly Compared[] }) {
  const shown = resources.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, MAX_SHOWN);
  return (
    <figure className="card compared">
      <figcaption className="compared-legend">
        <span className="compared-key compared-paid">paid then</span>
        <span className="compared-key compared-would">would pay</span>
      </figcaption>
      <ul>
        {shown.map((one) => (
          <li key={one.resource} className="compared-row">
            <span className="compared-name">{one.resource}</span>
            <Bars {...one} />
            <span className="compared-difference number">{signed(one.would - one.paid)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

const shareOf = ({ paid, would }: Compared) =>
  Math.abs(would - paid) / Math.max(Math.abs(paid), Math.abs(would), 1);

function Bars({ paid, would }: Compared) {
  const largest = Math.max(Math.abs(paid), Math.abs(would), 1);
  const bar = (value: number, kind: string) => (
    <span
      className={`compared-bar compared-${kind}`}
      style={{ width: `${(100 * Math.abs(value)) / largest}%` }}
    />
  );
  return (
    <span
      className="compared-bars"
      role="img"
      aria-label={`${whole(paid)} then, ${whole(would)} under the draft`}
    >
      {bar(paid, 'paid')}
      {bar(would, 'would')}
    </span>
  );
}
