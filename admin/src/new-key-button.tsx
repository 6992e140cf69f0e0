// Puts a new idempotency key into the active tab's variables, which makes it a new operation. Nothing else changes a key, so
// running again shows the replay.
import { useGraphiQL } from '@graphiql/react';
import { hasIdempotencyKey, replaceIdempotencyKey } from './idempotency-key.ts';

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
