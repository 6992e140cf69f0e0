/** applyDamage and heal: both move health within its bounds, and only game servers may call them. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  call,
  type MutationInput,
  receiptOf,
  rejectionOf,
} from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { balanceIn, viewOf } from '../support/worker/players.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, serverToken } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { balanceOf } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);
// An isolate never returns to a lower config version, so the example is published again as the next one.
afterEach(async () => {
  await publish(changedExample(() => {}));
});

type Input = Partial<MutationInput<'applyDamage'>>;
const damage = async (playerId: string, over: Input = {}) =>
  receiptOf(await asServer().applyDamage({ playerId, amount: 30, ...over }));
const heal = async (playerId: string, over: Input = {}) =>
  receiptOf(await asServer().heal({ playerId, amount: 30, ...over }));
const spendOnHealth = async (playerId: string, health: number) =>
  receiptOf(await asPlayer(playerId).spendStatPoints(spending({ health })));

/** The health that the player sees, and its maximum. */
async function healthOf(playerId: string) {
  const player = await viewOf(playerId);
  return [balanceIn(player, 'health').amount, player.stats.find(({ name }) => name === 'health')?.maximum];
}

describe('health', () => {
  it('health is full for a new player, and the first damage records it as an opening balance', async () => {
    const playerId = fresh('player');
    expect(await healthOf(playerId)).toEqual([500, 500]);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, entries: 0 });
    const receipt = await damage(playerId, { source: 'trap-1' });
    expect(receipt).toMatchObject({
      claim: { operation: 'applyDamage', type: 'damage', actorKind: 'SERVER', playerVersion: 1 },
      changes: [
        { resource: 'health', before: 0, after: 500, delta: 500, cause: 'OPENING' },
        { resource: 'health', before: 500, after: 470, delta: -30, cutOff: 0, cause: 'OPERATION' },
      ],
    });
    expect(await healthOf(playerId)).toEqual([470, 500]);
  });

  it('health is healed up to the maximum that spent stat points have raised, and no further', async () => {
    const playerId = await seasonedPlayer();
    await damage(playerId, { amount: 100 });
    await spendOnHealth(playerId, 2);
    expect(await healthOf(playerId)).toEqual([400, 600]);
    const { changes } = await heal(playerId, { amount: 300 });
    expect(changes).toMatchObject([{ before: 400, after: 600, delta: 200, requested: 300, cutOff: 100 }]);
  });

  it('health follows the maximum of the current config, and keeps what exceeds a lowered maximum', async () => {
    const playerId = await seasonedPlayer();
    await damage(playerId, { amount: 100 });
    const publishMaximum = (base: number, perPoint: number) =>
      publish(changedExample(({ statPoints }) => Object.assign(statPoints.stats.health, { base, perPoint })));
    await publishMaximum(700, 9);
    expect(await healthOf(playerId)).toEqual([400, 700]);
    expect((await heal(playerId, { amount: 999 })).changes).toMatchObject([{ after: 700, cutOff: 699 }]);
    await publishMaximum(300, 9);
    expect(await healthOf(playerId)).toEqual([700, 300]);
    expect((await heal(playerId)).changes).toMatchObject([{ after: 700, delta: 0, cutOff: 30 }]);
    expect((await damage(playerId)).changes).toMatchObject([{ before: 700, after: 670 }]);
    await spendOnHealth(playerId, 2);
    expect(await healthOf(playerId)).toEqual([670, 318]);
  });

  it('health cannot be changed under a config without combat: the fault names the missing setting', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample((document) => delete document.combat));
    for (const name of ['applyDamage', 'heal'] as const) {
      const answer = await writingNothing(playerId, () => asServer()[name]({ playerId, amount: 30 }));
      const { message, extensions } = onlyError(answer);
      expect(extensions.code).toBe('BAD_USER_INPUT');
      expect(message).toMatch(/combat\.health/);
    }
  });
});

describe.each(['applyDamage', 'heal'] as const)('%s', (name) => {
  it(`${name} answers FORBIDDEN to players and auditors, and UNAUTHENTICATED without a token, and writes nothing`, async () => {
    const playerId = await seasonedPlayer();
    const auditor = await addStaffMember(fresh('staff'), { role: 'auditor' });
    for (const [client, code] of [
      [asPlayer(playerId), 'FORBIDDEN'],
      [asPlayer(fresh('player')), 'FORBIDDEN'],
      [asStaff(auditor), 'FORBIDDEN'],
      [anonymous(), 'UNAUTHENTICATED'],
    ] as const) {
      const answer = await writingNothing(playerId, () =>
        client[name]({ playerId, amount: 1, reason: 'a test' }),
      );
      expect(onlyError(answer).extensions.code).toBe(code);
    }
  });

  it(`${name} is applied once under one key: a retry replays the receipt, and other input answers IdempotencyKeyReused`, async () => {
    const playerId = await seasonedPlayer();
    await damage(playerId, { amount: 200 });
    const input = { playerId, amount: 30, source: 'trap-1', idempotencyKey: freshKey() };
    const answers = await atOnce(32, () => asServer()[name](input));
    const receipts = answers.map(receiptOf);
    const original = receipts.filter(({ replayed }) => !replayed);
    expect(original).toHaveLength(1);
    for (const receipt of receipts) expect({ ...receipt, replayed: false }).toEqual(original[0]);
    expect(await balanceOf(playerId, 'health')).toBe(name === 'heal' ? 330 : 270);

    const changes: [string, Input][] = [
      ['amount', { amount: 31 }],
      ['source', { source: 'trap-2' }],
      ['source', { source: undefined }],
      ['expectedVersion', { expectedVersion: 3 }],
    ];
    for (const [field, over] of changes) {
      const reused = await writingNothing(playerId, () => asServer()[name]({ ...input, ...over }));
      expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual([field]);
    }
    const other = name === 'heal' ? 'applyDamage' : 'heal';
    const reused = await writingNothing(playerId, () => asServer()[other](input));
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['mutation']);
  });

  it(`${name} replays the original numbers after the answer was lost and health changed`, async () => {
    const playerId = await seasonedPlayer();
    const input = { playerId, amount: 30, idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
    expect(onlyError(await asServer()[name](input)).extensions.code).toBe('UNAVAILABLE');
    await damage(playerId);
    const receipt = receiptOf(await asServer()[name](input));
    expect(receipt).toMatchObject({ replayed: true, claim: { playerVersion: 2 } });
    expect(receipt.changes.at(-1)).toMatchObject({ before: 500 });
  });

  it(`${name} answers VersionConflict for another version, and moves nothing`, async () => {
    const playerId = await seasonedPlayer();
    const stale = { playerId, amount: 5, expectedVersion: 7 };
    const answer = await movingNothing(playerId, () => asServer()[name](stale));
    expect(rejectionOf(answer, 'VersionConflict')).toMatchObject({ expected: 7, current: 1 });
  });

  const AMOUNT = /an integer from 1 to 9007199254740991/;
  it.each<[string, object, string, RegExp]>([
    ['an amount of 0', { amount: 0 }, 'input.amount', AMOUNT],
    ['a negative amount', { amount: -1 }, 'input.amount', AMOUNT],
    ['a fractional amount', { amount: 0.5 }, 'input.amount', AMOUNT],
    ['an amount of 2^53', { amount: 2 ** 53 }, 'input.amount', AMOUNT],
    ['a text as the amount', { amount: '30' }, 'input.amount', AMOUNT],
    ['an empty player ID', { playerId: '' }, 'input.playerId', /1 to 255/],
    ['an empty source', { source: '' }, 'input.source', /1 to 255/],
    ['a source that is too long', { source: 's'.repeat(256) }, 'input.source', /1 to 255/],
  ])(`${name} rejects %s, names the field and its bound, and leaves the key free`, async (_, over, field, bound) => {
    const playerId = await seasonedPlayer();
    const input = { playerId, amount: 5, idempotencyKey: freshKey() };
    const token = await serverToken();
    const answer = await writingNothing(playerId, () => call(name, { ...input, ...over }, { token }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
    expect(receiptOf(await asServer()[name](input)).replayed).toBe(false);
  });

  it(`${name} accepts the greatest amount and cuts it off at the bound of health`, async () => {
    const playerId = await seasonedPlayer();
    const amount = Number.MAX_SAFE_INTEGER;
    const change = receiptOf(await asServer()[name]({ playerId, amount })).changes.at(-1);
    const after = name === 'heal' ? 500 : 0;
    expect(change).toMatchObject({ before: 500, after, delta: after - 500 });
    expect(Math.abs(change?.requested ?? 0)).toBe(amount);
  });
});
