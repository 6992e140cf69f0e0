import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { applyDamage, heal, original, resultOf, spendStatPoints } from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { balanceOf } from '../support/worker/transfers.ts';

let token: string;
beforeAll(async () => {
  await serveExample();
  token = await serverToken();
});
// An isolate never goes back to a lower version: the example comes back as a new one.
afterEach(async () => {
  await publish(changedExample(() => {}));
});

const hit = (playerId: string, over: object = {}) =>
  applyDamage({ playerId, amount: 30, ...over }, { token });
const cure = (playerId: string, over: object = {}) => heal({ playerId, amount: 30, ...over }, { token });
const MUTATIONS = [
  ['applyDamage', applyDamage],
  ['heal', heal],
] as const;

const healthOf = async (playerId: string) => {
  const query = '{ me { stats { name maximum } balances { resource amount } } }';
  const { me } = (await send(query, {}, { token: await playerToken(playerId) })).data;
  const of = (all: { name?: string; resource?: string; amount?: number; maximum?: number }[], name: string) =>
    all.find((one) => one.name === name || one.resource === name);
  return [of(me.balances, 'health')?.amount, of(me.stats, 'HEALTH')?.maximum];
};

describe('health', () => {
  it('of a new player is full, before anything was written and after the first blow', async () => {
    const playerId = fresh('player');
    expect(await healthOf(playerId)).toEqual([500, 500]);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, entries: 0 });
    const receipt = resultOf(await hit(playerId, { source: 'trap-1' }));
    expect(receipt).toMatchObject({
      claim: { operation: 'applyDamage', type: 'damage', actorKind: 'SERVER', playerVersion: 1 },
      changes: [
        { resource: 'health', before: 0, after: 500, delta: 500, cause: 'OPENING' },
        { resource: 'health', before: 500, after: 470, delta: -30, cutOff: 0, cause: 'OPERATION' },
      ],
    });
    expect(await healthOf(playerId)).toEqual([470, 500]);
  });

  it('can be healed as far as the points put into it raise the maximum, and no further', async () => {
    const playerId = await seasonedPlayer();
    resultOf(await hit(playerId, { amount: 100 }));
    resultOf(await spendStatPoints({ health: 2 }, { token: await playerToken(playerId) }));
    expect(await healthOf(playerId)).toEqual([400, 600]);
    const { changes } = resultOf(await cure(playerId, { amount: 300 }));
    expect(changes).toMatchObject([{ before: 400, after: 600, delta: 200, requested: 300, cutOff: 100 }]);
  });

  it('has the maximum of the config of the moment, with no deploy; what is beyond a lower one stays', async () => {
    const playerId = await seasonedPlayer();
    resultOf(await hit(playerId, { amount: 100 }));
    const numbers = (base: number, perPoint: number) =>
      publish(changedExample(({ statPoints }) => Object.assign(statPoints.stats.health, { base, perPoint })));
    await numbers(700, 9);
    expect(await healthOf(playerId)).toEqual([400, 700]);
    expect(resultOf(await cure(playerId, { amount: 999 })).changes).toMatchObject([
      { after: 700, cutOff: 699 },
    ]);
    await numbers(300, 9);
    expect(await healthOf(playerId)).toEqual([700, 300]);
    expect(resultOf(await cure(playerId)).changes).toMatchObject([{ after: 700, delta: 0, cutOff: 30 }]);
    expect(resultOf(await hit(playerId)).changes).toMatchObject([{ before: 700, after: 670 }]);
    resultOf(await spendStatPoints({ health: 2 }, { token: await playerToken(playerId) }));
    expect(await healthOf(playerId)).toEqual([670, 318]);
  });

  it('is no matter of a game without combat: the fault says so, and nothing is written', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample((document) => delete document.combat));
    for (const change of [hit, cure]) {
      const { message, extensions } = onlyError(await writingNothing(playerId, () => change(playerId)));
      expect(extensions.code).toBe('BAD_USER_INPUT');
      expect(message).toMatch(/combat\.health/);
    }
  });
});

describe.each(MUTATIONS)('%s', (name, mutation) => {
  it('is for game servers alone: to players and staff it is FORBIDDEN, and nothing is written', async () => {
    const playerId = await seasonedPlayer();
    const admin = await staffToken(await addStaffMember(fresh('staff'), { role: 'admin' }));
    for (const [other, code] of [
      [await playerToken(playerId), 'FORBIDDEN'],
      [await playerToken(fresh('player')), 'FORBIDDEN'],
      [admin, 'FORBIDDEN'],
      [undefined, 'UNAUTHENTICATED'],
    ] as const) {
      const ask = () => mutation({ playerId, amount: 1 }, { token: other });
      expect(onlyError(await writingNothing(playerId, ask)).extensions.code).toBe(code);
    }
  });

  it('is done once under one key: a retry brings the original numbers, another input is refused', async () => {
    const playerId = await seasonedPlayer();
    resultOf(await hit(playerId, { amount: 200 }));
    const input = { playerId, amount: 30, source: 'trap-1', idempotencyKey: freshKey() };
    const receipts = (await Promise.all(Array.from({ length: 32 }, () => mutation(input, { token })))).map(
      resultOf,
    );
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const receipt of receipts) expect(original(receipt)).toEqual(original(receipts[0]));
    expect(await balanceOf(playerId, 'health')).toBe(name === 'heal' ? 330 : 270);
    for (const [field, over] of [
      ['amount', { amount: 31 }],
      ['source', { source: 'trap-2' }],
      ['source', { source: undefined }],
      ['expectedVersion', { expectedVersion: 3 }],
    ] as const) {
      const reused = await writingNothing(playerId, () => mutation({ ...input, ...over }, { token }));
      expect(resultOf(reused)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: [field] });
    }
    const other = name === 'heal' ? applyDamage : heal;
    const another = await writingNothing(playerId, () => other(input, { token }));
    expect(resultOf(another)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: ['mutation'] });
  });

  it('settles after a lost reply with the numbers of the first try', async () => {
    const playerId = await seasonedPlayer();
    const input = { playerId, amount: 30, idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
    expect(onlyError(await mutation(input, { token })).extensions.code).toBe('UNAVAILABLE');
    resultOf(await hit(playerId));
    const receipt = resultOf(await mutation(input, { token }));
    expect(receipt).toMatchObject({ replayed: true, claim: { playerVersion: 2 } });
    expect(receipt.changes.at(-1)).toMatchObject({ before: 500 });
  });

  it('on a version that has passed is a VersionConflict, and nothing moves', async () => {
    const playerId = await seasonedPlayer();
    const stale = () => mutation({ playerId, amount: 5, expectedVersion: 7 }, { token });
    const refused = resultOf(await movingNothing(playerId, stale));
    expect(refused).toMatchObject({ __typename: 'VersionConflict', expected: 7, current: 1 });
  });

  const INTEGER = /an integer within ±9007199254740991/;
  it.each<[string, object, string, RegExp]>([
    ['of nothing', { amount: 0 }, 'amount', /from 1 to 9007199254740991/],
    ['of less than nothing', { amount: -1 }, 'amount', /from 1 to 9007199254740991/],
    ['of a part', { amount: 0.5 }, 'input.amount', INTEGER],
    ['of 2^53', { amount: 2 ** 53 }, 'input.amount', INTEGER],
    ['of a text', { amount: '30' }, 'input.amount', INTEGER],
    ['to nobody', { playerId: '' }, 'input.playerId', /1 to 128/],
    ['from an empty source', { source: '' }, 'input.source', /1 to 128/],
    ['from a source that is too long', { source: 's'.repeat(129) }, 'input.source', /1 to 128/],
  ])('%s is malformed: the field and the bound are named, and nothing is written', async (_, over, field, bound) => {
    const playerId = await seasonedPlayer();
    const idempotencyKey = freshKey();
    const ask = () => mutation({ playerId, amount: 5, idempotencyKey, ...over }, { token });
    const { message, extensions } = onlyError(await writingNothing(playerId, ask));
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
    expect(resultOf(await mutation({ playerId, amount: 5, idempotencyKey }, { token })).replayed).toBe(false);
  });

  it('of the most that there can be is cut to what there is', async () => {
    const playerId = await seasonedPlayer();
    const receipt = resultOf(await mutation({ playerId, amount: Number.MAX_SAFE_INTEGER }, { token }));
    const after = name === 'heal' ? 500 : 0;
    expect(receipt.changes.at(-1)).toMatchObject({ before: 500, after, delta: after - 500 });
    expect(Math.abs(receipt.changes.at(-1).requested)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
