// What an app bundles that uses the outbox and claimReward, and nothing else.
import { claimReward, createClient, indexedDbStore, openOutbox } from '@onceward/client';

const outbox = openOutbox({
  client: createClient({ url: 'https://rewards.example.com/graphql', token: () => 'token' }),
  player: 'ana',
  store: indexedDbStore('ana'),
  onOutcome: ({ name, outcome }) => console.log(name, outcome),
});
await outbox.send(claimReward, { type: 'daily_login' }, { name: 'daily_login' });
