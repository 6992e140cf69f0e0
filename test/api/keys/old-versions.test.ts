/** Replays of claims from many earlier configs: an isolate receives each document once, and not with every replay. */
import { afterAll, expect, it, vi } from 'vitest';
import { changedExample, type Document, publish, serveExample } from '../../support/worker/balance.ts';
import { asServer, receiptOf } from '../../support/worker/client.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';

afterAll(serveExample);

const VERSIONS = 10;
const EVENTS = 300;

/** A document of 190 KB. */
function bigDocument(lumees: number): Document {
  return changedExample(({ claimTypes }) => {
    claimTypes.arena_chest.rewards = { lumees };
    for (let event = 0; event < EVENTS; event += 1)
      claimTypes[`event_${event}`] = { ...claimTypes.daily_quest, description: 'x'.repeat(500) };
  });
}

/** How many config documents the database sends while `run` runs. */
async function documentsSent(run: () => Promise<void>): Promise<number> {
  const answers: Promise<string>[] = [];
  const { fetch } = globalThis;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...request) => {
    const response = await fetch(...request);
    answers.push(response.clone().text());
    return response;
  });
  try {
    await run();
  } finally {
    spy.mockRestore();
  }
  const count = (answer: string) => answer.split(`event_${EVENTS - 1}`).length - 1;
  return (await Promise.all(answers)).reduce((sum, answer) => sum + count(answer), 0);
}

it('sends each document of ten earlier versions once to an isolate that replays them in turn', async () => {
  const claims: { claim: Parameters<ReturnType<typeof asServer>['claimReward']>[0]; lumees: number }[] = [];
  for (let lumees = 1; lumees <= VERSIONS; lumees += 1) {
    await publish(bigDocument(lumees));
    const claim = {
      playerId: fresh('player'),
      type: 'arena_chest',
      key: fresh('chest'),
      idempotencyKey: freshKey(),
    };
    receiptOf(await asServer().claimReward(claim));
    claims.push({ claim, lumees });
  }
  await serveExample();

  const door = startIsolate();
  const replayAll = async () => {
    for (const { claim, lumees } of claims) {
      const { replayed, changes } = receiptOf(await asServer().claimReward(claim, { door }));
      expect(replayed).toBe(true);
      expect(changes).toMatchObject([{ resource: 'lumees', delta: lumees }]);
    }
  };
  expect(await documentsSent(replayAll)).toBe(VERSIONS);
  expect(await documentsSent(replayAll)).toBe(0);
});
