// The tabs that a fresh page opens with, in the form that GraphiQL takes. admin/build/opening-tabs.ts makes their contents.
import tabs from 'virtual:opening-tabs';
import { printVariables, withKey } from './tab-variables.ts';

/** Each mutation has a new key. */
export function openingTabs(newKey: () => string): { query: string; variables: string | null }[] {
  return tabs.map(({ document, variables }) => ({
    query: document,
    variables: variables && printVariables(withKey(variables, newKey)),
  }));
}

/** The document that shows what a request did. */
export function traceDocument(): string {
  return tabs.find(({ name }) => name === 'trace')?.document ?? '';
}
