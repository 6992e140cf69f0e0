import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

beforeAll(serveExample);

const trace = async (correlationId: string, token: string) => {
  const { data } = await send(
    `query($id: CorrelationId!) { trace(correlationId: $id) { correlationId
      attempts { granted rejection input claim { id operation type key playerId actorId correlationId configVersion } changes { resource delta before after } }
      audit { actorKind actorId action outcome playerId amount reason recordedAt } } }`,
    { id: correlationId },
    { token },
  );
  return data.trace;
};

describe('from a correlation ID to the whole story', () => {
  it('is told by one query: granted, refused, replayed and audited operations under one ID', async () => {
    const playerId = await seasonedPlayer();
    const id = fresh('story');
    const headers = { 'x-correlation-id': id };
    const [server, own] = [await serverToken(), await playerToken(playerId)];
    const staffId = await addStaffMember(fresh('staff'), { limit: 10 });
    const staff = await staffToken(staffId);
    const grants = (amount: number) => ({
      playerId,
      grants: [{ resource: 'lumees', amount }],
      reason: `a deed worth ${amount}`,
    });

    const claimed = resultOf(
      await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: server, headers }),
    );
    resultOf(await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: server, headers }));
    resultOf(await spendStatPoints({ energy: 1_000 }, { token: own, headers }));
    resultOf(await manualReward(grants(7), { token: staff, headers }));
    resultOf(await manualReward(grants(11), { token: staff, headers }));

    const story = await trace(id, server);
    expect(story.correlationId).toBe(id);
    expect(
      story.attempts.map(({ claim, granted }: { claim: { operation: string }; granted: boolean }) => [
        claim.operation,
        granted,
      ]),
    ).toEqual([
      ['claimReward', true],
      ['claimReward', false],
      ['spendStatPoints', false],
      ['manualReward', true],
      ['manualReward', false],
    ]);
    const [first, again, spent, given, refused] = story.attempts;
    expect(first).toMatchObject({
      claim: { id: claimed.claim.id, correlationId: id },
      rejection: null,
      input: { type: 'tournament_reward', key: 'cup-1', facts: victory.facts },
    });
    expect(first.changes).toMatchObject(
      claimed.changes.map(({ resource, delta }: { resource: string; delta: number }) => ({
        resource,
        delta,
      })),
    );
    expect(again.rejection).toMatch(/claimed before/);
    expect(spent).toMatchObject({
      rejection: expect.stringMatching(/Not enough stat_points/),
      changes: [],
      input: { energy: 1_000 },
    });
    expect(given.claim).toMatchObject({ actorId: staffId, correlationId: id });
    expect(refused.rejection).toMatch(/at most 10/);
    expect(story.audit).toMatchObject([
      {
        actorKind: 'staff',
        actorId: staffId,
        action: 'manualReward',
        outcome: 'granted',
        playerId,
        amount: 7,
        reason: 'a deed worth 7',
      },
      {
        actorKind: 'staff',
        actorId: staffId,
        action: 'manualReward',
        outcome: 'rejected',
        playerId,
        amount: 11,
        reason: 'a deed worth 11',
      },
    ]);
    expect(await trace(id, staff)).toEqual(story);
    // A player sees their own operations, nothing of the audit, and not who of the staff did what in which words,
    // nor what their limits are.
    const attempts = story.attempts.map((attempt: (typeof story.attempts)[number]) =>
      attempt.claim.operation === 'manualReward'
        ? {
            ...attempt,
            input: null,
            claim: { ...attempt.claim, actorId: 'staff' },
            rejection: attempt.granted ? null : 'Refused to a member of staff',
          }
        : attempt,
    );
    expect(await trace(id, own)).toEqual({ ...story, attempts, audit: [] });
  });

  it('shows a player nothing of another player, under the same ID', async () => {
    const [mine, theirs] = [fresh('player'), fresh('player')];
    const headers = { 'x-correlation-id': fresh('shared') };
    const server = await serverToken();
    for (const playerId of [mine, theirs])
      resultOf(await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: server, headers }));
    const id = headers['x-correlation-id'];
    expect((await trace(id, server)).attempts).toHaveLength(2);
    const seen = await trace(id, await playerToken(mine));
    expect(seen.attempts.map(({ claim }: { claim: { playerId: string } }) => claim.playerId)).toEqual([mine]);
    expect(await trace(id, await playerToken(fresh('player')))).toEqual({
      correlationId: id,
      attempts: [],
      audit: [],
    });
  });

  it('is empty for an ID that nothing was done under, a request that failed included', async () => {
    const id = fresh('nothing');
    const server = await serverToken();
    onlyError(
      await claimReward({ ...victory, key: 'cup-1' }, { token: server, headers: { 'x-correlation-id': id } }),
    );
    expect(await trace(id, server)).toEqual({ correlationId: id, attempts: [], audit: [] });
  });

  it.each([
    'short',
    'x'.repeat(129),
    'with a blank',
    "'; --",
    '',
  ])('is not told for what is no correlation ID: "%s"', async (id) => {
    const document = 'query($id: CorrelationId!) { trace(correlationId: $id) { correlationId } }';
    const error = onlyError(await send(document, { id }, { token: await serverToken() }));
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' });
    expect(error.message).toMatch(/8 to 128 characters/);
  });
});
