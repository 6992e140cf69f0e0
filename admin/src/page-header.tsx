// The strip above the editor: which Onceward this is, whose token is in use, whether the schema is at hand. Its height
// never changes, whatever it has to say.
import mark from './mark.svg';
import { SchemaPanel } from './schema-panel.tsx';
import { TokenPanel } from './token-panel.tsx';
import type { SchemaState } from './use-schema.ts';

interface PageHeaderProps {
  readonly token: string;
  readonly schema: SchemaState;
  readonly onReloadSchema: () => void;
}

export function PageHeader({ token, schema, onReloadSchema }: PageHeaderProps) {
  return (
    <header className="header">
      <div className="brand">
        <img src={mark} alt="" width="32" height="32" />
        <div className="brand-text">
          <h1>Onceward</h1>
          <p title={location.host}>{location.host}</p>
        </div>
      </div>
      <TokenPanel token={token} />
      <SchemaPanel state={schema} onReload={onReloadSchema} />
    </header>
  );
}
