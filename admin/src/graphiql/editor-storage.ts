// GraphiQL's storage. Queries, variables and history name players and reasons, so they stay in the session of this browser tab:
// a reload keeps an operation's key, and a new tab has new keys. Only the look of the page outlives the tab.
import type { GraphiQLProps } from 'graphiql';

const PREFIX = 'graphiql:';
const LASTING = new Set(['theme', 'visiblePlugin', 'docExplorerFlex', 'editorFlex', 'secondaryEditorFlex']);

function storeOf(key: string): Storage {
  return LASTING.has(key.slice(PREFIX.length)) ? localStorage : sessionStorage;
}

function ownKeys(store: Storage): string[] {
  return Object.keys(store).filter((key) => key.startsWith(PREFIX));
}

export const editorStorage: NonNullable<GraphiQLProps['storage']> = {
  getItem: (key) => storeOf(key).getItem(key),
  setItem: (key, value) => storeOf(key).setItem(key, value),
  removeItem: (key) => storeOf(key).removeItem(key),
  clear() {
    for (const store of [localStorage, sessionStorage]) {
      for (const key of ownKeys(store)) store.removeItem(key);
    }
  },
  get length() {
    return ownKeys(localStorage).length + ownKeys(sessionStorage).length;
  },
};
