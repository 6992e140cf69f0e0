// The page: the header with the token, GraphiQL, and the status line under its results.
import { GraphiQL } from 'graphiql';
import { ActiveTab, EditorOptions, NewKeyButton } from './editor-parts.tsx';
import { editorStorage } from './editor-storage.ts';
import { fetcher } from './fetcher.ts';
import { openingTabs } from './opening-tabs.ts';
import { PageHeader } from './page-header.tsx';
import { token, useCell } from './page-state.ts';
import { ReplyStatus } from './reply-status.tsx';
import { useSchema } from './use-schema.ts';

const tabs = openingTabs(() => crypto.randomUUID());

// By default the variables editor marks an object as a mistake where the schema has a scalar.
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
