// Progress counters in the kernel: each event counts once, a period begins at 0, and what claims require is judged inside the
// transaction.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { movesOf, receiptOf } from '../support/ledger/answers.ts';
import { count, event, required, turn } from '../support/ledger/counters.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, recovery } from '../support/ledger/systems.ts';

const { commit, commitAll, preview, owner, playerLedger } = openLedger();
const sound = async (player: string) => expect(await brokenInvariants(owner, [player])).toEqual([]);
const held = async (player: string) => (await playerLedger(player)).balances.progress ?? 0;
const EVER = '-infinity';

describe('a counter', () => {
  test('adds up within its period, and begins at 0 with the first advance of the next one', async () => {
    const player = fresh('player');
    const begins = await turn();
    for (const by of [2, 3])
      expect(
        movesOf((await granted(commit(event(player, [count('progress', by, { begins })])))).changes),
      ).toEqual([['progress', 'operation', by]]);
    const next = await turn();
    const sent = event(player, [count('progress', 4, { begins: next })]);
    const third = await granted(commit(sent));
    expect(movesOf(third.changes)).toEqual([
      ['progress', 'reset', -5],
      ['progress', 'operation', 4],
    ]);
    expect(await held(player)).toBe(4);
    const again = await granted(commit(sent));
    expect(again.replayed).toBe(true);
    expect(receiptOf(again)).toEqual(receiptOf(third));
    await sound(player);
  });

  test('writes no reset where it holds nothing, and none without a period', async () => {
    const player = fresh('player');
    await granted(commit(event(player, [count('progress', 5, { begins: EVER })])));
    await turn();
    const ever = await granted(commit(event(player, [count('progress', 1, { begins: EVER })])));
    expect(movesOf(ever.changes)).toEqual([['progress', 'operation', 1]]);
    const other = fresh('player');
    const first = await granted(commit(event(other, [count('progress', 1, { begins: await turn() })])));
    expect(movesOf(first.changes)).toEqual([['progress', 'operation', 1]]);
    await sound(player);
  });

  test('stops at its maximum, and loses what is cut off', async () => {
    const player = fresh('player');
    const begins = await turn();
    for (const _ of [1, 2]) await granted(commit(event(player, [count('progress', 3, { begins, max: 5 })])));
    const last = await granted(commit(event(player, [count('progress', 1, { begins, max: 5 })])));
    expect(last.changes).toMatchObject([{ delta: 0, requested: 1 }]);
    expect(await held(player)).toBe(5);
    await sound(player);
  });

  test('loses a fixed amount instead of everything where its rule says so, and never more than it has', async () => {
    const player = fresh('player');
    await granted(commit(event(player, [count('progress', 5, { begins: await turn() })])));
    const loses = async (by: number) => {
      const posting = count('progress', 1, { begins: await turn(), loses: by });
      return movesOf((await granted(commit(event(player, [posting])))).changes)[0];
    };
    expect(await loses(2)).toEqual(['progress', 'reset', -2]);
    expect(await loses(9)).toEqual(['progress', 'reset', -4]);
    expect(await held(player)).toBe(1);
    await sound(player);
  });
});

describe('an event', () => {
  test('counts once when 64 servers report it at the same time', async () => {
    const player = fresh('player');
    const begins = await turn();
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        commit(
          event(player, [count('progress', 3, { begins })], {
            claim_key: 'match-1',
            actor_id: `arena-${index % 4}`,
          }),
        ),
      ),
    );
    const kinds = outcomes.map((outcome) =>
      outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind,
    );
    expect(Map.groupBy(kinds, (kind) => kind).get('already_claimed')).toHaveLength(63);
    expect(kinds).toContain('granted');
    expect(await held(player)).toBe(3);
    await sound(player);
  });

  test('counts beside 63 others of the same moment, across the beginning of a period, to the exact sum', async () => {
    const player = fresh('player');
    await granted(commit(event(player, [count('progress', 1_000, { begins: await turn() })])));
    const begins = await turn();
    await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        granted(commit(event(player, [count('progress', index + 1, { begins })]))),
      ),
    );
    expect(await held(player)).toBe((64 * 65) / 2);
    await sound(player);
  });

  test('is seen by the operations after it in the same call', async () => {
    const player = fresh('player');
    const begins = await turn();
    const quest = () => operation({ player, requires: [required('progress', 2, begins)] });
    const one = () => event(player, [count('progress', 1, { begins })]);
    const { outcomes } = await commitAll([quest(), one(), one(), quest()]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['rejected', 'granted', 'granted', 'granted']);
    await sound(player);
  });
});

describe('a requirement', () => {
  test('rejects with what the counter holds and what is needed, and moves nothing', async () => {
    const player = fresh('player');
    const begins = await turn();
    await granted(commit(event(player, [count('progress', 2, { begins })])));
    const before = await standing(owner, player);
    const quest = operation({ player, requires: [required('progress', 3, begins)] });
    const rejection = { kind: 'progress_not_reached', counter: 'progress', have: 2, need: 3 };
    expect(await commit(quest)).toMatchObject({ kind: 'rejected', rejection });
    expect((await preview({ ...quest, idempotency_key: fresh('key') })).preview).toMatchObject({ rejection });
    expect(await standing(owner, player)).toEqual(before);
    // The rejection belongs to the key, whatever the player does next.
    await granted(commit(event(player, [count('progress', 1, { begins })])));
    expect(await commit(quest)).toMatchObject({ replayed: true, rejection });
    await granted(commit({ ...quest, idempotency_key: fresh('key') }));
    await sound(player);
  });

  test('does not count what an earlier period had, and names the first counter that is too low', async () => {
    const player = fresh('player');
    const earlier = await turn();
    await granted(
      commit(
        event(player, [count('progress', 9, { begins: earlier }), count('streak', 9, { begins: EVER })]),
      ),
    );
    const begins = await turn();
    const requires = [
      required('streak', 9, EVER),
      required('progress', 1, begins),
      required('wins', 1, EVER),
    ];
    expect(await commit(operation({ player, requires }))).toMatchObject({
      rejection: { kind: 'progress_not_reached', counter: 'progress', have: 0, need: 1 },
    });
    await sound(player);
  });

  test('is judged after the version and before balances', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const requires = [required('progress', 1, EVER)];
    expect(await commit(operation({ player, requires, expected_version: 7 }))).toMatchObject({
      rejection: { kind: 'version_conflict' },
    });
    expect(
      await commit(operation({ player, requires, postings: [give('gold', -50, { floor: 0 })] })),
    ).toMatchObject({ rejection: { kind: 'progress_not_reached' } });
  });

  test('lets 32 simultaneous claims pay once, and none before the counter was reached', async () => {
    const player = fresh('player');
    const begins = await turn();
    const quest = () =>
      operation({ player, claim_key: 'today', requires: [required('progress', 16, begins)] });
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        commit(index % 2 === 0 ? event(player, [count('progress', 1, { begins })]) : quest()),
      ),
    );
    const paid = outcomes.flatMap((outcome) =>
      outcome.kind === 'granted' && outcome.claim.type === 'quest' ? [outcome.claim.number] : [],
    );
    // The last event of a player is claim 32 at most: the quest is paid after 16 of them, or a new key pays it now.
    expect(paid.length).toBeLessThanOrEqual(1);
    for (const number of paid) expect(number).toBeGreaterThan(16);
    if (paid.length === 0) await granted(commit(quest()));
    expect(await playerLedger(player)).toMatchObject({ balances: { progress: 32, gold: 10 } });
    await sound(player);
  });

  test('is asked when a reward is announced and not when it is paid, and the payment advances counters', async () => {
    const player = fresh('player');
    const begins = await turn();
    const reward = { playerId: player, type: 'quest', key: fresh('quest') };
    const requires = [required('progress', 1, begins)];
    expect(await commit(announcement(reward, {}, { requires }))).toMatchObject({
      rejection: { kind: 'progress_not_reached' },
    });
    await granted(commit(event(player, [count('progress', 1, { begins })])));
    await granted(commit(announcement(reward, {}, { requires })));
    const next = await turn();
    const paid = await granted(
      commit(
        claimOf(reward, {
          requires: [required('progress', 1, next)],
          advances: [count('streak', 1, { begins: next })],
        }),
      ),
    );
    expect(movesOf(paid.changes)).toEqual([
      ['gold', 'operation', 7],
      ['streak', 'operation', 1],
    ]);
    await sound(player);
  });

  test('does not hold back who recovers an announced reward', async () => {
    const reward = { playerId: fresh('player'), type: 'quest', key: fresh('quest') };
    await granted(commit(announcement(reward)));
    const advances = [count('streak', 1, { begins: EVER })];
    const paid = await granted(commit(recovery(reward, { advances, resources: ['streak'] })));
    expect(movesOf(paid.changes).at(-1)).toEqual(['streak', 'operation', 1]);
  });
});

describe('a choice by the length of a streak', () => {
  const reached = (atLeast: number, gold: number) => ({
    when: [{ resource: 'streak', at_least: atLeast }],
    draws: [],
    postings: [give('gold', gold)],
  });
  const login = (player: string, begins: string, over: Partial<KernelOperation> = {}) =>
    event(player, [count('streak', 1, { begins })], {
      choices: [{ one_of: [reached(3, 50), reached(2, 5), { when: [], draws: [], postings: [] }] }],
      ...over,
    });

  test('sees the step that its own claim made, and the reset before it', async () => {
    const player = fresh('player');
    const first = await turn();
    const paid = async (begins: string) => {
      const { changes } = await granted(commit(login(player, begins)));
      return movesOf(changes);
    };
    expect(await paid(first)).toEqual([['streak', 'operation', 1]]);
    expect(await paid(first)).toEqual([
      ['streak', 'operation', 1],
      ['gold', 'operation', 5],
    ]);
    expect((await paid(first)).at(-1)).toEqual(['gold', 'operation', 50]);
    expect(await paid(await turn())).toEqual([
      ['streak', 'reset', -3],
      ['streak', 'operation', 1],
    ]);
    await sound(player);
  });

  test('continues a streak once when 32 claims of the period arrive at once', async () => {
    const player = fresh('player');
    const begins = await turn();
    await granted(commit(login(player, begins)));
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, () => commit(login(player, begins, { claim_key: 'today' }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await playerLedger(player)).toMatchObject({ balances: { streak: 2, gold: 5 } });
    await sound(player);
  });
});
