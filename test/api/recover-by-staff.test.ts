import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { faultOf, manualReward, type Result, recoverReward, resultOf } from '../support/worker/mutations.ts';
import { announced, owedKeys, VICTORY } from '../support/worker/owed.ts';
import { fresh, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const reason = 'the client never came back';
const owed = (playerId: string, key = 'enc-1') => ({ playerId, type: VICTORY.type, key });
const gains = ({ changes }: Result) =>
  Object.fromEntries(changes.map(({ resource, delta }: Result) => [resource, delta]));

describe('what staff recover', () => {
  const audit = async (staffId: string) =>
    owner`SELECT action, outcome, player_id, claim_id, amount::int, reason, correlation_id
            FROM onceward.audit_events WHERE actor_id = ${staffId} ORDER BY id`;
  const days = (staffId: string) =>
    owner`SELECT spent::int, awards::int FROM onceward.staff_budget_days WHERE staff_id = ${staffId}`;

  it('is no gift of theirs: no limit stands against it, and it leaves all of their budget and awards', async () => {
    await publish(
      changedExample(({ manualRewards }) => {
        manualRewards.awardsPerDay = 1;
      }),
    );
    const playerId = fresh('player');
    const { token, staffId } = await newStaff({ limit: 10, budget: 10 });
    for (const key of ['enc-1', 'enc-2', 'enc-3']) await announced(playerId, key);
    const recover = async (key: string) =>
      resultOf(await recoverReward({ ...owed(playerId, key), reason }, { token }));
    expect(gains(await recover('enc-1'))).toEqual({ lumees: 80, experience: 55 });
    expect((await recover('enc-2')).__typename).toBe('Receipt');
    expect((await days(staffId)).filter(({ spent, awards }) => spent !== 0 || awards !== 0)).toEqual([]);
    // The one award of the day, with the whole budget; after it, what is owed can still be paid.
    const grants = [{ resource: 'lumees', amount: 10 }];
    const award = resultOf(await manualReward({ playerId, grants, reason }, { token }));
    expect(award.__typename).toBe('Receipt');
    expect((await recover('enc-3')).__typename).toBe('Receipt');
    expect(await days(staffId)).toEqual([{ spent: 10, awards: 1 }]);
  });

  it('is audited one to one, refusals included, with the reason and the correlation ID', async () => {
    const playerId = fresh('player');
    const { token, staffId } = await newStaff();
    await announced(playerId, 'enc-1');
    const receipt = resultOf(await recoverReward({ ...owed(playerId), reason }, { token }));
    const refused = resultOf(
      await movingNothing(playerId, () => recoverReward({ ...owed(playerId, 'enc-9'), reason }, { token })),
    );
    expect(receipt.claim).toMatchObject({ actorKind: 'STAFF', actorId: staffId, reason });
    const { id, correlationId } = receipt.claim;
    expect(await audit(staffId)).toMatchObject([
      {
        action: 'recoverReward',
        outcome: 'granted',
        player_id: playerId,
        claim_id: id,
        reason,
        correlation_id: correlationId,
      },
      { action: 'recoverReward', outcome: 'rejected', reason, correlation_id: refused.correlationId },
    ]);
  });

  it.each([
    ['no reason', undefined, 'reason', /required for staff/],
    ['a reason too short', 'ab', 'reason', /3 to 500 characters/],
    ['a reason too long', 'x'.repeat(501), 'reason', /3 to 500 characters/],
  ])('with %s is BAD_USER_INPUT, before the ledger is asked', async (_, why, field, message) => {
    const playerId = fresh('player');
    const { token } = await newStaff();
    const answer = await askingNobody(playerId, () =>
      recoverReward({ ...owed(playerId), reason: why }, { token }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(onlyError(answer).message).toMatch(message);
  });

  it('needs a role that allows it, by the row of now', async () => {
    const playerId = fresh('player');
    await announced(playerId, 'enc-1');
    const { token, staffId } = await newStaff();
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
    const others = await Promise.all(
      ['auditor', 'economist'].map(async (role) =>
        staffToken(await addStaffMember(fresh('staff'), { role })),
      ),
    );
    for (const refused of [token, ...others, await staffToken(fresh('unknown'))]) {
      const answer = await writingNothing(playerId, () =>
        recoverReward({ ...owed(playerId), reason }, { token: refused }),
      );
      expect(faultOf(answer)).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await owedKeys(playerId)).toEqual(['pve_victory/enc-1']);
    const admin = await staffToken(await addStaffMember(fresh('staff'), { role: 'admin' }));
    expect(resultOf(await recoverReward({ ...owed(playerId), reason }, { token: admin })).__typename).toBe(
      'Receipt',
    );
  });

  it('for a player who does not exist is UnknownPlayer, and creates nobody', async () => {
    const playerId = fresh('player');
    const { token } = await newStaff();
    const answer = await movingNothing(playerId, () =>
      recoverReward({ ...owed(playerId), reason }, { token }),
    );
    expect(resultOf(answer)).toMatchObject({ __typename: 'UnknownPlayer', playerId });
    expect((await ledgerState(playerId)).version).toBeNull();
  });
});
