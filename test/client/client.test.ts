/** What the client sends for each kind of operation. */
import { expect, it } from 'vitest';
import { createClient } from '../../packages/client/src/client.ts';
import { player, previewExchange } from '../../packages/client/src/generated.ts';

function recording() {
  const sent: unknown[] = [];
  const client = createClient({
    url: 'https://rewards.example.com/graphql',
    token: () => 'token',
    fetch: async (_url, init) => {
      sent.push(JSON.parse(String(init?.body)).variables);
      return Response.json({ data: { result: null } });
    },
  });
  return { client, sent };
}

it('sends the arguments of a query as its variables', async () => {
  const { client, sent } = recording();
  await client.query(player, { id: 'player-1' });
  expect(sent).toEqual([{ id: 'player-1' }]);
});

it('sends the input of a query that takes nothing else as the variable that its document declares', async () => {
  const { client, sent } = recording();
  expect(previewExchange.document).toContain('($input: ');
  await client.query(previewExchange, { exchange: 'summon' });
  expect(sent).toEqual([{ input: { exchange: 'summon' } }]);
});
