/** Operations that arrive at once share requests to the database, and none waits for another's lock or shares its failure. */
import { beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf, receiptOf } from '../../support/worker/client.ts';
import { laneLimits } from '../../support/worker/lane-limits.ts';
import { claim, lane, playersOfLane } from '../../support/worker/lane-players.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { holdPlayer } from '../../support/worker/locks.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { fresh } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const granted = async (playerId: string) => (await ledgerState(playerId)).granted;

async function expectOneGrantEach(players: readonly string[]) {
  for (const playerId of players) {
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1, balances: { auric_coins: 64 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
}

describe('a lane', () => {
  it('commits 64 simultaneous claims in a few requests, and says so in their log lines', async () => {
    catchLines();
    const prefix = fresh('batched');
    const players = playersOfLane(64, prefix);
    let answers: Awaited<ReturnType<typeof claim>>[] = [];
    const requests = await countRequests(prefix, async () => {
      answers = await Promise.all(players.map((playerId) => claim(playerId)));
    });
    for (const answer of answers) expect(receiptOf(answer).replayed).toBe(false);
    expect(requests).toBeLessThan(32);
    const lines = answers.map(lineOf);
    expect(new Set(lines.map((line) => line.lane))).toEqual(new Set([0]));
    expect(Math.max(...lines.map(({ batch }) => batch ?? 0))).toBeGreaterThan(2);
    // Each request is counted once by the operations in it.
    expect(lines.reduce((sum, { batch }) => sum + 1 / (batch ?? 0), 0)).toBeCloseTo(requests);
    for (const { queuedMs } of lines) expect(queuedMs).toBeGreaterThanOrEqual(0);
    await expectOneGrantEach(players);
  });

  it('sends a lone claim in a request of its own', async () => {
    catchLines();
    const [playerId = ''] = playersOfLane(1);
    let answer: Awaited<ReturnType<typeof claim>> | undefined;
    expect(await countRequests(playerId, async () => (answer = await claim(playerId)))).toBe(1);
    expect(lineOf(answer as NonNullable<typeof answer>)).toMatchObject({ lane: 0, batch: 1 });
  });

  it('commits what the same player sends at once, in one order', async () => {
    const [playerId = ''] = playersOfLane(1);
    const send = (_: unknown, index: number) => claim(playerId, { key: `${playerId}-key-${index >> 1}` });
    const receipts = (await Promise.all(Array.from({ length: 2 }, send))).map(receiptOf);
    expect(receipts.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
    await expectOneGrantEach([playerId]);
  });

  it('answers others while one player is locked, and that player when the lock is released', async () => {
    const [busy = '', ...others] = playersOfLane(13);
    receiptOf(await claim(busy));
    const { released } = await holdPlayer(busy, 1.5);
    let isLocked = true;
    void released.then(() => (isLocked = false));
    // Each is a new claim: some of them alone in their request, some in a batch.
    const waiting = Array.from({ length: 6 }, (_, index) =>
      claim(busy, { key: `${busy}-key-${index}` }).finally(() => expect(isLocked).toBe(false)),
    );
    for (let begin = 0; begin < others.length; begin += 6)
      for (const answer of await Promise.all(others.slice(begin, begin + 6).map((each) => claim(each))))
        receiptOf(answer);
    expect(isLocked).toBe(true);
    for (const answer of await Promise.all(waiting)) expect(answer.result?.__typename).toBe('AlreadyClaimed');
    await expectOneGrantEach([busy, ...others]);
  });

  it('lets an operation that the kernel refuses fail alone', async () => {
    const players = playersOfLane(12);
    const claims = players.slice(0, 6).map((playerId) => claim(playerId));
    const refused = lane().commit(CONTRACT_VERSION, 'nobody', '{"mode": "commit"}', []);
    claims.push(...players.slice(6).map((playerId) => claim(playerId)));
    expect(await refused).toMatchObject({ kind: 'defect', sqlState: '23514' });
    for (const answer of await Promise.all(claims)) expect(receiptOf(answer).replayed).toBe(false);
    await expectOneGrantEach(players);
  });

  it('answers a full queue with 503 UNAVAILABLE and retry-after, and moves nothing', async () => {
    const [busy = '', other = ''] = playersOfLane(2);
    for (const playerId of [busy, other]) receiptOf(await claim(playerId));
    const { operations } = laneLimits;
    const { letGo, waitedFor } = await holdPlayer(busy, 10);
    laneLimits.operations = 1;
    try {
      const first = claim(busy);
      await waitedFor();
      const answer = await writingNothing(other, () => claim(other));
      expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      await letGo();
      expect((await first).result?.__typename).toBe('AlreadyClaimed');
      expect((await claim(other)).result?.__typename).toBe('AlreadyClaimed');
    } finally {
      laneLimits.operations = operations;
    }
    expect([await granted(busy), await granted(other)]).toEqual([1, 1]);
  });
});
