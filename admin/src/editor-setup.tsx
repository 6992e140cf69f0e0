// Two components that show nothing: they follow GraphiQL's active tab, and set editor options that GraphiQL has no property for.
import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';
import { activeTabId } from './replies.ts';

// Tells the fetcher which tab is active, and scrolls the tab into view: a narrow window does not show all of them.
export function ActiveTab() {
  const tabId = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? '');
  useEffect(() => {
    activeTabId.set(tabId);
    document
      .querySelector('.graphiql-tab-active')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  }, [tabId]);
  return null;
}

// A smaller font and wrapped lines, so that keys, tickets and comments can be read whole.
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
