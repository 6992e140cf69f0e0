// Tables of amounts by resource, and of counts by reason.
import { whole } from '../ui/format.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

interface AmountsProps {
  readonly caption: string;
  readonly rows: readonly { readonly resource: string; readonly requested: number; readonly given: number }[];
  /** The heads of `requested` and `given`. */
  readonly heads: readonly [string, string];
}

export function Amounts({ caption, rows, heads }: AmountsProps) {
  if (rows.length === 0) return null;
  return (
    <TableScroll label={caption}>
      <table className="changes-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Resource</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ resource, requested, given }) => (
            <tr key={resource}>
              <th scope="row">{resource}</th>
              <td className="number">{whole(requested)}</td>
              <td className={`number${given === requested ? '' : ' warn'}`}>{whole(given)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

interface CountsProps {
  readonly caption: string;
  /** What is counted: "Players". */
  readonly head: string;
  readonly rows: readonly { readonly why: string; readonly words: string; readonly count: number }[];
}

export function Counts({ caption, head, rows }: CountsProps) {
  if (rows.length === 0) return null;
  return (
    <TableScroll label={caption}>
      <table className="changes-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Why</th>
            <th scope="col" className="number">
              {head}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ why, words, count }) => (
            <tr key={why}>
              <th scope="row" title={why}>
                {words}
              </th>
              <td className="number">{whole(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

/** Numbers with a word each, in a row. */
export function Figures({
  figures,
}: {
  readonly figures: readonly { readonly title: string; readonly value: number; readonly isBad?: boolean }[];
}) {
  return (
    <dl className="figures">
      {figures.map(({ title, value, isBad = false }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd className={isBad && value > 0 ? 'bad' : ''}>{whole(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
