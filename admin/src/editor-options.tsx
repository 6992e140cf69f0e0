// Sets what GraphiQL offers no property for: a smaller type and wrapped lines in its editors, so that keys, tickets and
// comments can be read whole. It shows nothing itself.
import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

const OPTIONS = { fontSize: 13, lineHeight: 20, wordWrap: 'on', wrappingIndent: 'indent' } as const;

export function EditorOptions() {
  const { queryEditor, variableEditor, responseEditor } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
    responseEditor: state.responseEditor,
  }));
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, responseEditor]) editor?.updateOptions(OPTIONS);
  }, [queryEditor, variableEditor, responseEditor]);
  return null;
}
