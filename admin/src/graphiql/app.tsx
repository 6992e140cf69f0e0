// GraphiQL as a page of the console: the header with the token, the editor, and the status line under its results.
import { GraphiQL } from 'graphiql';
import { token } from '../session/token.ts';
import { useCell } from '../ui/cell.ts';
import { ActiveTab, EditorOptions, EditorTheme, NewKeyButton } from './editor-parts.tsx';
import { editorStorage } from './editor-storage.ts';
import { fetcher } from './fetcher.ts';
import { openingTabs } from './opening-tabs.ts';
import { PageHeader } from './page-header.tsx';
import { ReplyStatus } from './reply-status.tsx';
import { useSchema } from './use-schema.ts';

const tabs = openingTabs(() => crypto.randomUUID());

// By default the variables editor marks an object as a mistake where the schema has a scalar.
const SCALARS = { Facts: { type: 'object' } } as const;

export function GraphiQLPage() {
  const currentToken = useCell(token);
  const { state, reload } = useSchema(currentToken);
  return (
    <div className="editor-page">
      <PageHeader token={currentToken} schema={state} onReloadSchema={reload} />
      <div className="page-editor">
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
          <EditorTheme />
          <GraphiQL.Logo>
            <NewKeyButton />
          </GraphiQL.Logo>
          <GraphiQL.Footer>
            <ReplyStatus />
          </GraphiQL.Footer>
        </GraphiQL>
      </div>
    </div>
  );
}
