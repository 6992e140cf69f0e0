import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  call,
  type OperationName,
  receiptOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, auditEvents, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, staffToken } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let playerId: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
});

const award = () => ({ playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: fresh('reason') });
const newStaff = () => addStaffMember(fresh('staff'));
const newCaller = async (kind: string) => (kind === 'server' ? asServer() : asStaff(await newStaff()));

interface StaffColumns {
  readonly role?: string;
  readonly disabled?: boolean;
}
const updateStaff = (id: string, columns: StaffColumns) =>
  changeStaffMember(id, { role: 'support', disabled: false, ...columns });

describe('the row of a staff member is read with each request', () => {
  it.each<[string, StaffColumns | null, RegExp]>([
    ['an unknown staff member', null, /not registered/],
    ['a disabled staff member', { disabled: true }, /disabled/],
    ['an economist', { role: 'economist' }, /role/],
    ['an auditor', { role: 'auditor' }, /role/],
  ])('%s may not give rewards; only the audit records the attempt, and the key stays free', async (_, columns, message) => {
    const id = fresh('staff');
    if (columns) await addStaffMember(id);
    if (columns) await updateStaff(id, columns);
    const [staff, input] = [asStaff(id), award()];
    for (const give of [
      (key: string) => staff.manualReward(input, { key }),
      (key: string) => staff.claimReward({ ...victory, playerId, key: `cup-${id}` }, { key }),
    ]) {
      const key = freshKey();
      const error = onlyError(await writingNothing(playerId, () => give(key)));
      expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', retryable: false });
      expect(error.message).toMatch(message);
      expect((await auditEvents(id)).at(-1)).toMatchObject({ outcome: 'forbidden', claimId: null });
      if (!columns) continue;
      await updateStaff(id, {});
      receiptOf(await give(key));
      await updateStaff(id, columns);
    }
  });

  it('applies a disabled, enabled or changed staff member from the next mutation on', async () => {
    const id = await newStaff();
    const staff = asStaff(id);
    const steps: [StaffColumns, string][] = [
      [{}, 'Receipt'],
      [{ disabled: true }, 'FORBIDDEN'],
      [{}, 'Receipt'],
      [{ role: 'auditor' }, 'FORBIDDEN'],
      [{ role: 'admin' }, 'Receipt'],
    ];
    for (const [columns, expected] of steps) {
      await updateStaff(id, columns);
      const { result, errors } = await staff.manualReward(award());
      expect(errors?.[0]?.extensions.code ?? result?.__typename).toBe(expected);
    }
  });

  it('refuses every query of disabled and unknown staff members without data', async () => {
    const disabled = await newStaff();
    await updateStaff(disabled, { disabled: true });
    const queries: [OperationName, object][] = [
      ['player', { id: playerId }],
      ['ledger', { playerId }],
      ['claims', { playerId }],
      ['claim', { playerId, type: 'tournament_reward', key: 'cup-0' }],
      ['trace', { correlationId: 'a-correlation-id' }],
      ['balanceConfig', {}],
    ];
    for (const id of [disabled, fresh('nobody')]) {
      const token = await staffToken(id);
      for (const [name, input] of queries) {
        const answer = await call(name, input, { token });
        expect([name, onlyError(answer).extensions.code]).toEqual([name, 'FORBIDDEN']);
        expect(answer.result).toBeNull();
      }
    }
  });
});

describe('the actor of an operation is the subject of the token', () => {
  it.each<[string, object, string]>([
    ['names another player', { playerId: 'somebody-else' }, 'playerId'],
    ['states facts', { facts: { floor: 500 } }, 'facts'],
    ['states empty facts', { facts: {} }, 'facts'],
  ])('refuses a player who %s in a claim', async (_, input, field) => {
    const answer = await withoutDatabase(playerId, () =>
      asPlayer(playerId).claimReward({ type: 'ascension_victory', ...input }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field });
  });

  it('lets a player name themselves', async () => {
    const answer = await asPlayer(playerId).claimReward({ type: 'weekly_chest', playerId });
    expect(receiptOf(answer).claim).toMatchObject({ playerId, actorKind: 'PLAYER', actorId: playerId });
  });

  it.each(['server', 'staff'])('requires a %s caller to name the player', async (kind) => {
    const caller = await newCaller(kind);
    const answer = await withoutDatabase(playerId, () => caller.claimReward({ ...victory, key: 'cup-1' }));
    expect(onlyError(answer)).toMatchObject({
      message: 'playerId: required for servers and staff',
      extensions: { code: 'BAD_USER_INPUT', field: 'playerId' },
    });
  });

  it('takes the staff member of a manual reward from the token, never from the input', async () => {
    const id = await newStaff();
    expect(receiptOf(await asStaff(id).manualReward(award())).claim).toMatchObject({
      actorKind: 'STAFF',
      actorId: id,
    });
    const forged = { ...award(), staffId: 'the-boss' };
    const answer = await withoutDatabase(playerId, () => asStaff(id).manualReward(forged));
    expect(onlyError(answer).extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['server', 'staff'])('refuses a %s caller who spends stat points', async (kind) => {
    const caller = await newCaller(kind);
    const answer = await withoutDatabase(playerId, () => caller.spendStatPoints(spending({ energy: 1 })));
    expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
  });
});
