/** The server package inside workerd: grants to many through a lost answer of the database, in chunks. */
import { beforeEach, expect, it } from 'vitest';
import { createClient } from '../../packages/client/src/client.ts';
import { grantMany } from '../../packages/server/src/grant-many.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
import { gift, lumeesOf } from '../support/worker/gifts.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, serverToken, worker } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

it('grants each item once in a Worker, over a lost answer and a second run', async () => {
  const players = await atOnce(5, seasonedPlayer);
  const client = createClient({
    url: 'http://onceward.test/graphql',
    token: () => serverToken(),
    fetch: (url, init) => worker(String(url), init ?? {}),
  });
  const campaign = fresh('cup');
  const run = (list: readonly string[]) =>
    grantMany(client, {
      campaign,
      reason: 'prizes of the cup',
      items: list.map((playerId) => gift(playerId)),
      chunkSize: 2,
    });
  await breakRequests({ match: campaign, kind: 'drop_after_commit' });
  expect(await run(players)).toMatchObject({ stopped: null, granted: 5, failed: 0 });
  expect(await run(players)).toMatchObject({ stopped: null, granted: 5, alreadyGranted: 0 });
  // A list that has changed makes other chunks with other keys. The players were granted before.
  const [first, ...others] = players as [string, ...string[]];
  expect(await run([...others, first])).toMatchObject({ granted: 0, alreadyGranted: 5, failed: 0 });
  for (const playerId of players) expect(await lumeesOf(playerId)).toBe(100);
});
