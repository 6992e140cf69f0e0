// The file of players: chosen or dropped, read in the browser, and what is wrong with it, row by row. Nothing is sent.
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { useGiveable } from '../records/fields.tsx';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { whole } from '../ui/format.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import type { ReadFile } from './file-rows.ts';
import { type ReadProgress, readPlayers } from './read-file.ts';

interface FileFieldProps {
  /** Null: none is chosen. */
  readonly file: ReadFile | null;
  readonly onRead: (file: ReadFile | null) => void;
}

export function FileField({ file, onRead }: FileFieldProps) {
  const id = useId();
  const giveable = useGiveable();
  const [progress, setProgress] = useState<ReadProgress | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);
  const read = async (chosen: File | undefined) => {
    reading.current?.abort();
    if (!chosen || !giveable) return;
    reading.current = new AbortController();
    const { signal } = reading.current;
    onRead(null);
    setFailure(null);
    setProgress({ share: 0, rows: 0, problems: 0 });
    try {
      onRead(await readPlayers(chosen, { giveable, onProgress: setProgress, signal }));
    } catch (error) {
      if (!signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      if (!signal.aborted) setProgress(null);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    read(event.dataTransfer.files[0]);
  };
  return (
    <div className="file-field">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the field in it does the same with the keyboard */}
      <div className="file-drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label htmlFor={id}>File of players</label>
        <input
          id={id}
          type="file"
          accept=".csv,.txt,.jsonl,.ndjson,.json,text/csv"
          disabled={!giveable}
          onChange={(event) => read(event.target.files?.[0])}
        />
        <p className="sub muted">
          CSV whose first line names the columns: <code>player</code>, <code>item</code> (optional), and one
          for each resource, such as <code>player,lumees</code>. At most 200,000 players, each once. The file
          stays in this browser until the campaign is made.
        </p>
      </div>
      <div aria-live="polite">
        {progress && (
          <div className="progress">
            <progress className="progress-bar" max={1} value={progress.share} aria-label="Reading the file" />
            <p className="sub muted">
              {whole(progress.rows)} players read, {whole(progress.problems)} problems
            </p>
          </div>
        )}
        {failure && <p className="notice notice-bad">The file cannot be read: {failure}</p>}
        {file && <Summary file={file} />}
      </div>
    </div>
  );
}

function Summary({ file }: { readonly file: ReadFile }) {
  const { name, rows, problemCount, totals } = file;
  if (problemCount > 0) return <Problems file={file} />;
  return (
    <div className="notice notice-good">
      <strong>
        {name}: {whole(rows.length)} players.
      </strong>{' '}
      {totals.length === 0
        ? 'It says no amounts: choose below what each gets.'
        : `All together: ${totals.map(({ resource, amount }) => `${whole(amount)} ${resource}`).join(', ')}.`}
    </div>
  );
}

const SHOWN = 10;

function Problems({ file: { name, problems, problemCount } }: { readonly file: ReadFile }) {
  const save = () =>
    saveCsv(
      `${name}-problems.csv`,
      csvOf(
        ['line', 'problem'],
        problems.map(({ line, problem }) => [line, problem]),
      ),
    );
  return (
    <div className="notice notice-bad">
      <strong>
        {name} cannot be used: {whole(problemCount)} {problemCount === 1 ? 'problem' : 'problems'}.
      </strong>{' '}
      Nothing was sent. Correct the file, then choose it again.
      <TableScroll label="Problems of the file">
        <table className="problem-table">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Problem</th>
            </tr>
          </thead>
          <tbody>
            {problems.slice(0, SHOWN).map(({ line, problem }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the problems of a file do not change
              <tr key={index}>
                <td>{line === 0 ? '' : whole(line)}</td>
                <td>{problem}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {problems.length > SHOWN && (
        <div className="notice-actions">
          <button type="button" className="button-link" onClick={save}>
            Save {problems.length === problemCount ? 'all' : `the first ${whole(problems.length)}`} as CSV
          </button>
        </div>
      )}
    </div>
  );
}
