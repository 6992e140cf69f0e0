// What the page adds to GraphiQL: it follows the active tab, sets editor options that GraphiQL has no property for, and has a
// button for a new idempotency key.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { theme } from '../shell/theme.ts';
import { useCell } from '../ui/cell.ts';
import { activeTabId } from './page-state.ts';
import { hasIdempotencyKey, replaceIdempotencyKey } from './tab-variables.ts';

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

/** The console's theme is also the editor's. */
export function EditorTheme() {
  const current = useCell(theme);
  const { setTheme } = useGraphiQLActions();
  useEffect(() => setTheme(current === 'system' ? null : current), [current, setTheme]);
  return null;
}

// A new key makes a new operation. Nothing else changes a key, so running again shows the replay.
export function NewKeyButton() {
  const { variables, editor } = useGraphiQL((state) => ({
    variables: state.tabs[state.activeTabIndex]?.variables ?? '',
    editor: state.variableEditor,
  }));
  const replaceKey = () => {
    if (editor) editor.setValue(replaceIdempotencyKey(editor.getValue(), crypto.randomUUID()));
  };
  return (
    <button
      type="button"
      className="new-key"
      onClick={replaceKey}
      disabled={!hasIdempotencyKey(variables)}
      title="Put a new idempotencyKey into this tab's variables: a new operation instead of a replay"
    >
      New key
    </button>
  );
}
