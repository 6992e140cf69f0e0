// The codes that were just made. They are on this page and nowhere else, so it asks before it is left.
import type { CodeBatch } from '@onceward/client';
import { useEffect, useState } from 'react';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { whole } from '../ui/format.tsx';
import { announce } from '../ui/toasts.tsx';

interface MadeCodesProps {
  readonly batches: readonly CodeBatch[];
  readonly onClose: () => void;
}

const SHOWN = 200;

export function MadeCodes({ batches, onClose }: MadeCodesProps) {
  const [isKept, setKept] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const rows = batches.flatMap(({ id, label, codes }) => (codes ?? []).map((code) => ({ code, id, label })));
  useEffect(() => {
    if (isKept) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isKept]);
  const save = () => {
    const cells = rows.map(({ code, id, label }) => [code, id, label]);
    saveCsv(`codes-${rows[0]?.label ?? ''}.csv`, csvOf(['code', 'batch', 'label'], cells));
    setKept(true);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(rows.map(({ code }) => code).join('\n'));
    announce(`${whole(rows.length)} codes copied`);
    setKept(true);
  };
  return (
    <section className="card made-codes" aria-labelledby="made">
      <h2 id="made">{rows.length === 1 ? 'Your code' : `Your ${whole(rows.length)} codes`}</h2>
      <p className="notice notice-warn" role="status">
        <strong>They are shown once.</strong> The service stores them as HMACs alone: nobody can show them
        again. Save them before you leave this page.
      </p>
      <textarea
        className="input mono"
        readOnly
        rows={Math.min(rows.length, 10)}
        aria-label="Codes"
        value={rows
          .slice(0, SHOWN)
          .map(({ code }) => code)
          .join('\n')}
      />
      {rows.length > SHOWN && <p className="sub muted">The first {whole(SHOWN)}; copy and file have all.</p>}
      <div className="actions">
        <button type="button" className="button button-primary" onClick={save}>
          Save as CSV
        </button>
        <button type="button" className="button" onClick={copy}>
          Copy
        </button>
        {isLeaving ? (
          <button type="button" className="button button-danger" onClick={onClose}>
            Discard them: they are not saved
          </button>
        ) : (
          <button type="button" className="button" onClick={() => (isKept ? onClose() : setLeaving(true))}>
            Close
          </button>
        )}
      </div>
    </section>
  );
}
