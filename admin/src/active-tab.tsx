// Follows which tab is open: tells the fetcher, and scrolls the tab into view, since a narrow window does not show all
// of them. It shows nothing itself.
import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';
import { activeTabId } from './replies.ts';

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
