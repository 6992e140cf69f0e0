// The header of GraphiQL: the token in use, and whether the schema is loaded. Its height never changes.
import { TokenPanel } from './token-panel.tsx';
import type { SchemaState } from './use-schema.ts';

interface PageHeaderProps {
  readonly token: string;
  readonly schema: SchemaState;
  readonly onReloadSchema: () => void;
}

export function PageHeader({ token, schema, onReloadSchema }: PageHeaderProps) {
  return (
    <section className="header" aria-label="Token and schema">
      <TokenPanel token={token} />
      <SchemaPanel state={schema} onReload={onReloadSchema} />
    </section>
  );
}

// Whether documentation and completion are available, and how to get them. Queries run either way.
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

function SchemaPanel({ state, onReload }: SchemaPanelProps) {
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
