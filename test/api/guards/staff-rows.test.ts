import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let playerId: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
});

const award = () => ({ playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: fresh('reason') });
const change = (id: string, columns: { role?: string; disabled?: boolean }) =>
  owner`UPDATE onceward.staff SET role = ${columns.role ?? 'support'}, disabled_at = CASE WHEN ${columns.disabled ?? false} THEN now() END WHERE id = ${id}`;

describe('what staff may do is read from their row with each request', () => {
  it.each([
    ['unknown', null, /not registered/],
    ['disabled', { disabled: true }, /disabled/],
    ['an economist', { role: 'economist' }, /role/],
    ['an auditor', { role: 'auditor' }, /role/],
  ])('%s staff are FORBIDDEN to give; nothing is recorded and the key stays free', async (_, columns, message) => {
    const id = fresh('staff');
    if (columns) await addStaffMember(id);
    if (columns) await change(id, columns);
    const token = await staffToken(id);
    for (const ask of [
      (idempotencyKey: string) =>
        manualReward({ ...award(), reason: 'the very same', idempotencyKey }, { token }),
      (idempotencyKey: string) =>
        claimReward({ ...victory, playerId, key: `cup-${id}`, idempotencyKey }, { token }),
    ]) {
      const key = freshKey();
      const error = onlyError(await writingNothing(playerId, () => ask(key)));
      expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', retryable: false });
      expect(error.message).toMatch(message);
      expect(
        await owner`SELECT FROM onceward.audit_events WHERE actor_id = ${id} AND claim_id IS NULL`,
      ).toEqual([]);
      if (!columns) continue;
      await change(id, {});
      expect(resultOf(await ask(key)).__typename).toBe('Receipt');
      await change(id, columns);
    }
  });

  it('counts from the next mutation: disabled, enabled and moved to another role in mid-session', async () => {
    const id = await addStaffMember(fresh('staff'));
    const token = await staffToken(id);
    const steps = [
      [{}, 'Receipt'],
      [{ disabled: true }, 'FORBIDDEN'],
      [{}, 'Receipt'],
      [{ role: 'auditor' }, 'FORBIDDEN'],
      [{ role: 'admin' }, 'Receipt'],
    ] as const;
    for (const [columns, expected] of steps) {
      await change(id, columns);
      const answer = await manualReward(award(), { token });
      expect(answer.errors?.[0]?.extensions.code ?? answer.data?.result.__typename).toBe(expected);
    }
  });

  it('refuses reads to disabled and unknown staff, and shows them nothing', async () => {
    const disabled = await addStaffMember(fresh('staff'));
    await change(disabled, { disabled: true });
    for (const id of [disabled, fresh('nobody')]) {
      const token = await staffToken(id);
      for (const query of [
        `{ player(id: "${playerId}") { id } }`,
        `{ ledger(playerId: "${playerId}") { edges { cursor } } }`,
        `{ claims(playerId: "${playerId}") { edges { cursor } } }`,
        `{ claim(playerId: "${playerId}", type: "tournament_reward", key: "cup-0") { claim { id } } }`,
        '{ trace(correlationId: "whatever-1") { correlationId } }',
        '{ balanceConfig { version } }',
      ]) {
        const answer = await send(query, {}, { token });
        expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
        expect(Object.values(answer.data ?? {}).every((value) => value === null)).toBe(true);
      }
    }
  });
});

describe('nobody acts for somebody else', () => {
  it.each([
    ['for another player', { playerId: 'somebody-else' }, 'playerId'],
    ['with facts of their own', { facts: { floor: 500 } }, 'facts'],
    ['with empty facts', { facts: {} }, 'facts'],
  ])('a player who claims %s is FORBIDDEN', async (_, input, field) => {
    const token = await playerToken(playerId);
    const answer = await askingNobody(playerId, () =>
      claimReward({ type: 'ascension_victory', ...input }, { token }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field });
  });

  it('a player may name themselves', async () => {
    const answer = await claimReward(
      { type: 'weekly_chest', playerId },
      { token: await playerToken(playerId) },
    );
    expect(resultOf(answer)).toMatchObject({
      __typename: 'Receipt',
      claim: { playerId, actorKind: 'PLAYER', actorId: playerId },
    });
  });

  it.each(['server', 'staff'])('a %s must name the player', async (kind) => {
    const token =
      kind === 'server' ? await serverToken() : await staffToken(await addStaffMember(fresh('staff')));
    const answer = await askingNobody(playerId, () => claimReward({ ...victory, key: 'cup-1' }, { token }));
    expect(onlyError(answer)).toMatchObject({
      message: 'playerId: required for servers and staff',
      extensions: { code: 'BAD_USER_INPUT', field: 'playerId' },
    });
  });

  it('no input names the staff member: the award is of the subject of the token', async () => {
    const id = await addStaffMember(fresh('staff'));
    const answer = await manualReward(award(), { token: await staffToken(id) });
    expect(resultOf(answer).claim).toMatchObject({ actorKind: 'STAFF', actorId: id });
    const forged = await askingNobody(playerId, async () =>
      manualReward({ ...award(), staffId: 'the-boss' }, { token: await staffToken(id) }),
    );
    expect(onlyError(forged).extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['server', 'staff'])("a %s spends nobody's stat points", async (kind) => {
    const token =
      kind === 'server' ? await serverToken() : await staffToken(await addStaffMember(fresh('staff')));
    const answer = await askingNobody(playerId, () => spendStatPoints({ energy: 1 }, { token }));
    expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
  });
});
