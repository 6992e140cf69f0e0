// Runs in the page of client-react.browser.test.ts: a shop that is drawn with the hooks of the client.
import { createElement as element, useState } from 'react';
import { type Container, createRoot } from 'react-dom/client';
import {
  claimReward,
  createClient,
  indexedDbStore,
  offers,
  openOutbox,
} from '../../packages/client/src/index.ts';
import { useOncewardQuery, useOutbox } from '../../packages/client/src/react.ts';

interface Page {
  readonly document: { readonly body: Container };
  readonly player: string;
  readonly token: string;
}

const { document, player, token } = globalThis as unknown as Page;
const client = createClient({ url: '/graphql', token: () => token });
const outbox = openOutbox({ client, player, store: indexedDbStore(player), onOutcome: () => {} });

const claim = () => outbox.send(claimReward, { type: 'daily_login' });
const button = (name: string, onClick: () => void) => element('button', { type: 'button', onClick }, name);

function Shop() {
  const { status, intents } = useOutbox(outbox);
  const [tag, setTag] = useState('shop');
  const { data, error, isLoading, reload } = useOncewardQuery(client, offers, { tag });
  return element(
    'main',
    null,
    element('p', { id: 'outbox' }, `${status}, ${intents.length} waiting`),
    element('p', { id: 'query' }, isLoading ? 'loading' : (error?.message ?? 'loaded')),
    element('p', { id: 'offers' }, data?.offers.map(({ id }) => id).join(' ') ?? 'none'),
    button('claim', () => void claim()),
    button('wake', () => outbox.wake()),
    button('summons', () => setTag('summons')),
    button('reload', reload),
  );
}

createRoot(document.body).render(element(Shop));
