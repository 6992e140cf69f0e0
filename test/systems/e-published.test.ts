import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { type Answer, asServer, type CallOptions, receiptOf, rejectionOf } from '../support/worker/client.ts';
import { frozenKv, startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { victory } from '../support/worker/scenes.ts';
import type { ClaimRewardResult } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

/** The experience of a tournament's winner. */
const paying = (experience: number) =>
  changedExample((document: Document) => {
    document.claimTypes.tournament_reward.rewards.experience = String(experience);
  });

function win(playerId = fresh('player'), options?: CallOptions) {
  return asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, options);
}

function experienceIn(answer: Answer<ClaimRewardResult>): number | undefined {
  return receiptOf(answer).changes.find(
    ({ resource, cause }) => resource === 'experience' && cause === 'OPERATION',
  )?.delta;
}

it('E2 decides every request that starts after a publication under the new config', async () => {
  const before = await publish(paying(100));
  let acknowledged = false;
  const send = async () => {
    const startedAfter = acknowledged;
    return { startedAfter, answer: await win() };
  };
  const publication = publish(paying(200)).then((version) => {
    acknowledged = true;
    return version;
  });
  // Requests are sent until after the acknowledgement, eight at a time.
  const sent: ReturnType<typeof send>[] = [];
  while (!acknowledged || sent.length < 64) {
    sent.push(...Array.from({ length: 8 }, send));
    await sent.at(-1);
  }
  sent.push(...Array.from({ length: 16 }, send));
  const after = await publication;
  const answers = await Promise.all(sent);
  for (const { startedAfter, answer } of answers) {
    const { configVersion } = receiptOf(answer).claim;
    expect(startedAfter ? [after] : [before, after]).toContain(configVersion);
    expect(experienceIn(answer)).toBe(configVersion === before ? 100 : 200);
  }
  expect(answers.filter(({ startedAfter }) => startedAfter).length).toBeGreaterThanOrEqual(16);
});

describe('while KV names an older config', () => {
  beforeEach(() => publish(paying(100)));

  it('E2 costs a stale isolate one more round trip and never a wrong amount', async () => {
    const kv = await frozenKv();
    const isolate = startIsolate({ kv });
    expect(experienceIn(await win(fresh('player'), { door: isolate }))).toBe(100);
    const after = await publish(paying(200));
    for (const requests of [2, 1, 1]) {
      const playerId = fresh('player');
      const count = await countRequests(playerId, async () => {
        const answer = await win(playerId, { door: isolate });
        expect([experienceIn(answer), receiptOf(answer).claim.configVersion]).toEqual([200, after]);
      });
      expect(count).toBe(requests);
      expect(await ledgerState(playerId)).toMatchObject({ granted: 1, rejected: 0 });
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });

  it('E2 pays 64 requests at once in a stale isolate as published', async () => {
    const kv = await frozenKv();
    const after = await publish(paying(200));
    const isolate = startIsolate({ kv });
    const answers = await atOnce(64, () => win(fresh('player'), { door: isolate }));
    expect(answers.map(experienceIn)).toEqual(Array(64).fill(200));
    expect(new Set(answers.map((answer) => receiptOf(answer).claim.configVersion))).toEqual(new Set([after]));
  });

  it('E2 records no rejection of an older config', async () => {
    const withGift = changedExample((document: Document) => {
      document.claimTypes.gift = document.claimTypes.tournament_reward;
    });
    const kv = await frozenKv();
    await publish(withGift);
    const playerId = fresh('player');
    const gift = { type: 'gift', key: 'one', playerId, facts: victory.facts };
    receiptOf(await asServer().claimReward(gift, { door: startIsolate({ kv }) }));
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1, rejected: 0 });
  });

  it('E2 grants nothing that only an older config allows', async () => {
    const kv = await frozenKv();
    await publish(
      changedExample((document: Document) => {
        delete document.claimTypes.tournament_reward;
      }),
    );
    const playerId = fresh('player');
    const answer = await win(playerId, { door: startIsolate({ kv }) });
    expect(rejectionOf(answer, 'UnknownClaimType').claimType).toBe('tournament_reward');
    expect(await ledgerState(playerId)).toMatchObject({ version: null, granted: 0, rejected: 1 });
  });
});
