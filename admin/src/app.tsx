// Puts the page together: the header with the token, GraphiQL below it, the status line under its results.
import { GraphiQL } from 'graphiql';
import { ActiveTab } from './active-tab.tsx';
import { useCell } from './cell.ts';
import { EditorOptions } from './editor-options.tsx';
import { editorStorage } from './editor-storage.ts';
import { fetcher } from './fetcher.ts';
import { NewKeyButton } from './new-key-button.tsx';
import { openingTabs } from './opening-tabs.ts';
import { PageHeader } from './page-header.tsx';
import { ReplyStatus } from './reply-status.tsx';
import { token } from './token-store.ts';
import { useSchema } from './use-schema.ts';

const tabs = openingTabs(() => crypto.randomUUID());

// Without this, the variables editor takes an object for a mistake: to it, a scalar is a text or a number.
const SCALARS = { Facts: { type: 'object' } } as const;

export function App() {
  const currentToken = useCell(token);
  const { state, reload } = useSchema(currentToken);
  return (
    <div className="page">
      <PageHeader token={currentToken} schema={state} onReloadSchema={reload} />
      <main className="page-editor">
        <GraphiQL
          fetcher={fetcher}
          schema={state.kind === 'ready' ? state.introspection : null}
          customScalarSchemas={SCALARS}
          storage={editorStorage}
          defaultTabs={tabs}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
        >
          <ActiveTab />
          <EditorOptions />
          <GraphiQL.Logo>
            <NewKeyButton />
          </GraphiQL.Logo>
          <GraphiQL.Footer>
            <ReplyStatus />
          </GraphiQL.Footer>
        </GraphiQL>
      </main>
    </div>
  );
}
