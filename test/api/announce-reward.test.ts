import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import {
  announceReward,
  claimReward,
  faultOf,
  original,
  type Result,
  resultOf,
} from '../support/worker/mutations.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { announced, owedKeys, VICTORY } from '../support/worker/owed.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

let server: string;
beforeAll(async () => {
  await serveExample();
  server = await serverToken();
});

describe('announceReward', () => {
  it('moves nothing, and leaves what is owed behind: the receipt says so, and a retry says the same', async () => {
    const playerId = await seasonedPlayer();
    const { balances } = await ledgerState(playerId);
    const input = { ...VICTORY, playerId, key: 'enc-1', idempotencyKey: freshKey() };
    const receipt = resultOf(await announceReward(input, { token: server }));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
      changes: [],
      claim: { operation: 'announceReward', type: 'announcement', key: 'pve_victory/enc-1' },
      player: { version: 2, level: 3 },
    });
    expect((await ledgerState(playerId)).balances).toEqual(balances);
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);

    const replay = resultOf(await writingNothing(playerId, () => announceReward(input, { token: server })));
    expect([replay.replayed, original(replay)]).toEqual([true, original(receipt)]);
    expect(await countRequests(playerId, () => announceReward(input, { token: server }))).toBe(1);
  });

  it('makes a player known, and what is owed to them is theirs', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    expect(await ledgerState(playerId)).toMatchObject({ version: 1, balances: {}, entries: 0, granted: 1 });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('announces a type and key once, however many servers announce it at once', async () => {
    const playerId = await seasonedPlayer();
    const servers = await Promise.all(Array.from({ length: 4 }, (_, index) => serverToken(`arena-${index}`)));
    const results = (
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          announceReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: servers[index % 4] }),
        ),
      )
    ).map(resultOf);
    const [first, ...more] = results.filter(({ __typename }) => __typename === 'Receipt');
    expect(more).toEqual([]);
    const others = results.filter(({ __typename }) => __typename === 'AlreadyClaimed');
    expect(others).toHaveLength(63);
    for (const { claim, changes, sourceKey } of others) {
      expect([claim.id, changes, sourceKey]).toEqual([first.claim.id, [], null]);
    }
    expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2, rejected: 63 });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
    // Another key, another type and another player are announced each.
    await announced(playerId, 'enc-2');
    await announced(playerId, 'enc-1', { type: 'arena_chest', facts: null });
    await announced(await seasonedPlayer(), 'enc-1');
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1', 'pve_victory/enc-2', 'arena_chest/enc-1']);
  });

  it('of what was paid before is AlreadyClaimed with the payment, and nothing is owed', async () => {
    const playerId = fresh('player');
    const paid = resultOf(await claimReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: server }));
    const late = await movingNothing(playerId, () =>
      announceReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: server }),
    );
    expect(resultOf(late)).toMatchObject({
      __typename: 'AlreadyClaimed',
      claim: { id: paid.claim.id },
      changes: paid.changes.map(({ resource, delta }: Result) => ({ resource, delta })),
    });
    expect(await owedKeys(playerId)).toEqual([]);
  });

  it('of what was announced and paid is AlreadyClaimed, and is not owed anew', async () => {
    const playerId = fresh('player');
    const { claim } = await announced(playerId, 'enc-1');
    resultOf(await claimReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: server }));
    const again = await movingNothing(playerId, () =>
      announceReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: server }),
    );
    expect(resultOf(again)).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: claim.id } });
    expect(await owedKeys(playerId)).toEqual([]);
  });

  it('whose reply or request was lost is announced once, after the retry', async () => {
    for (const kind of ['drop_before', 'drop_after_commit', 'reset_mid_body', 'duplicate'] as const) {
      const playerId = fresh('player');
      const input = { ...VICTORY, playerId, key: 'enc-1', idempotencyKey: freshKey() };
      await breakRequests({ match: input.idempotencyKey, kind });
      const answer = await announceReward(input, { token: server });
      if (kind !== 'duplicate') expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      const receipt = resultOf(await announceReward(input, { token: server }));
      expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: kind !== 'drop_before' });
      expect(await ledgerState(playerId)).toMatchObject({ version: 1, granted: 1 });
      expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
    }
  });
});

describe('an announcement that is refused', () => {
  it('for a claim type that the config does not know is recorded, and replayed when it does', async () => {
    const playerId = await seasonedPlayer();
    const input = { playerId, type: 'gift', key: 'g-1', idempotencyKey: freshKey() };
    const refused = await movingNothing(playerId, () => announceReward(input, { token: server }));
    expect(resultOf(refused)).toMatchObject({ __typename: 'UnknownClaimType', claimType: 'gift' });
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.gift = { proof: 'server', rewards: { lumees: 1 } };
      }),
    );
    const replay = await writingNothing(playerId, () => announceReward(input, { token: server }));
    expect(resultOf(replay)).toEqual(resultOf(refused));
    expect(await owedKeys(playerId)).toEqual([]);
    resultOf(await announceReward({ ...input, idempotencyKey: freshKey() }, { token: server }));
    expect(await owedKeys(playerId)).toEqual(['gift/g-1']);
    await serveExample();
  });

  it('for another input under the same key names the fields that differ', async () => {
    const playerId = await seasonedPlayer();
    const idempotencyKey = freshKey();
    await announced(playerId, 'enc-1', { idempotencyKey });
    const other = { ...VICTORY, playerId, key: 'enc-2', facts: { difficulty: 'hard', enemy_level: 20 } };
    const reused = await writingNothing(playerId, () =>
      announceReward({ ...other, idempotencyKey }, { token: server }),
    );
    expect(resultOf(reused)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: ['facts', 'key'] });
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('for a stale version is a VersionConflict', async () => {
    const playerId = await seasonedPlayer();
    const stale = await movingNothing(playerId, () =>
      announceReward({ ...VICTORY, playerId, key: 'enc-1', expectedVersion: 0 }, { token: server }),
    );
    expect(resultOf(stale)).toMatchObject({ __typename: 'VersionConflict', expected: 0, current: 1 });
    expect(await owedKeys(playerId)).toEqual([]);
  });

  it.each([
    ['a daily claim', { type: 'daily_quest', facts: null }, 'type', /nobody owes it/],
    ['a weekly claim', { type: 'weekly_chest', facts: null }, 'type', /by the calendar/],
    ['no facts where some are needed', { facts: null }, 'facts.difficulty', /one of normal, hard/],
    [
      'a fact out of bounds',
      { facts: { difficulty: 'hard', enemy_level: 201 } },
      'facts.enemy_level',
      /integer from 1 to 200/,
    ],
    ['a fact too many', { facts: { ...VICTORY.facts, luck: 1 } }, 'facts.luck', /knows no such fact/],
  ])('for %s leaves the key free', async (_, over, field, message) => {
    const playerId = await seasonedPlayer();
    const input = { ...VICTORY, playerId, key: 'enc-1', idempotencyKey: freshKey() };
    const answer = await writingNothing(playerId, () =>
      announceReward({ ...input, ...over }, { token: server }),
    );
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(error.message).toMatch(message);
    expect(await owedKeys(playerId)).toEqual([]);
    expect(resultOf(await announceReward(input, { token: server })).__typename).toBe('Receipt');
  });

  it.each([
    ['type', 'Pve Victory'],
    ['type', null],
    ['key', 'k'.repeat(129)],
    ['key', 'a/b'],
    ['key', null],
    ['playerId', ''],
    ['facts', [1]],
    ['expectedVersion', 1.5],
    ['idempotencyKey', 'short'],
  ])('for a malformed %s reaches no ledger: %j', async (field, value) => {
    const playerId = fresh('player');
    const input = { ...VICTORY, playerId, key: 'enc-1', [field]: value };
    const answer = await askingNobody(playerId, () => announceReward(input, { token: server }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: `input.${field}` });
  });

  it('to anybody but a game server is FORBIDDEN, before the ledger is asked', async () => {
    const playerId = fresh('player');
    const admin = await staffToken(await addStaffMember(fresh('staff'), { role: 'admin' }));
    for (const token of [await playerToken(playerId), admin]) {
      const answer = await askingNobody(playerId, () =>
        announceReward({ ...VICTORY, playerId, key: 'enc-1' }, { token }),
      );
      expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
    }
    const nobody = await askingNobody(playerId, () =>
      announceReward({ ...VICTORY, playerId, key: 'enc-1' }, {}),
    );
    expect(onlyError(nobody).extensions.code).toBe('UNAUTHENTICATED');
    expect(await owedKeys(playerId)).toEqual([]);
  });
});
