// `npm run seed`: claims for load tests, through the kernel, as many as asked for however often it runs.
import { expect, test } from 'vitest';
import { integrityCommand } from '../../cli/integrity.ts';
import { seedCommand } from '../../simulation/load-seed.ts';
import { runHere } from '../support/ledger/commands.ts';
import { openPublisher } from '../support/ledger/publisher.ts';

const { another, publish, database, ledger } = openPublisher();
const seed = (claims: number) =>
  runHere(seedCommand, ['--claims', String(claims), '--database-url', database().ownerDatabaseUrl]);
const counted = async () =>
  (await ledger().owner.query('SELECT count(*)::int AS claims FROM onceward.reward_claims')).rows[0].claims;

test('a database is filled with claims, run again with those that are missing, and stays sound', async () => {
  expect(await seed(100)).toMatchObject({ status: 1, err: expect.stringMatching(/has no balance config/) });
  await publish(another());

  expect(await seed(150)).toMatchObject({
    status: 0,
    out: '200 claims of 10 players are in the ledger.\n',
  });
  // A transfer is a claim of its giver alone.
  expect(await counted()).toBe(200);
  expect(await seed(400)).toMatchObject({ status: 0 });
  expect(await counted()).toBe(400);
  expect(await seed(400)).toMatchObject({ status: 0 });
  expect(await counted()).toBe(400);
  const sound = await runHere(integrityCommand, ['--database-url', database().ownerDatabaseUrl]);
  expect(sound, sound.output).toMatchObject({ status: 0 });
});

test('another config than the example is refused by its missing claim type, and nothing is granted', async () => {
  const before = await counted();
  const document = another() as { claimTypes: Record<string, object> };
  delete document.claimTypes.weekly_chest;
  await publish(document);
  expect(await seed(500)).toMatchObject({
    status: 1,
    err: expect.stringMatching(/has no weekly_chest\. Publish/),
  });
  expect(await counted()).toBe(before);
});
