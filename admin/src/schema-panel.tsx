// Says whether documentation and completion are at hand, and how to get them where they are not. Queries run either way.
import type { SchemaState } from './use-schema.ts';

const NOTES: Record<SchemaState['kind'], { title: string; note: string }> = {
  loading: { title: 'Loading', note: 'Asking the server for the schema.' },
  ready: { title: 'Loaded', note: 'Docs and completion are on.' },
  withheld: { title: 'Not shown', note: 'Set a staff or server token to see it.' },
  unreachable: { title: 'Unavailable', note: 'The server did not answer. Queries may still run.' },
};

interface SchemaPanelProps {
  readonly state: SchemaState;
  readonly onReload: () => void;
}

export function SchemaPanel({ state, onReload }: SchemaPanelProps) {
  const { title, note } = NOTES[state.kind];
  return (
    <section className="schema" aria-label="Schema">
      <div className="schema-row">
        <span className={`dot dot-${state.kind}`} aria-hidden="true" />
        <span>
          Schema: <strong>{title}</strong>
        </span>
        <button
          type="button"
          onClick={onReload}
          disabled={state.kind === 'loading'}
          aria-label="Reload the schema"
        >
          Reload
        </button>
      </div>
      <p className="note" role="status">
        {note}
      </p>
    </section>
  );
}
