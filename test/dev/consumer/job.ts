// A process in Node that is offline: what it sends is in its files when it ends. Its folder is the first argument.
import { claimReward, createClient, openOutbox } from '@onceward/client';
import { fileStore } from '@onceward/client/node';
import { call, keyFor } from '@onceward/server';

const folder = process.argv[2] ?? '';
// Nothing listens there.
const client = createClient({
  url: 'http://127.0.0.1:9/graphql',
  token: async () => 'token',
  timeoutMs: 500,
});
const store = fileStore(folder);
const outbox = openOutbox({ client, store, player: 'ana', onOutcome: () => {} });
const { key } = await outbox.send(claimReward, { type: 'daily_login' });
const called = await call(
  client,
  claimReward,
  { type: 'match', playerId: 'ana' },
  { key: await keyFor('match', 'm-17', 'ana'), deadlineMs: 100 },
);
await outbox.close();
const left = (await fileStore(folder).all()).map((intent) => intent.key === key && intent.operation);
console.log(JSON.stringify({ left, called: called.kind }));
