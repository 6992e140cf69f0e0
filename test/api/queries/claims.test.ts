import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf } from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

let playerId: string;
let [own, other, server, staff] = ['', '', '', ''];
// biome-ignore lint/suspicious/noExplicitAny: a receipt
let receipt: any;

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  [own, other, server] = [
    await playerToken(playerId),
    await playerToken(fresh('player')),
    await serverToken(),
  ];
  staff = await staffToken(await addStaffMember(fresh('staff')));
  receipt = resultOf(await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: server }));
});

const CLAIM =
  'claim { id type key playerId } changes { resource before after delta requested sequence cause cutOff }';
const ask = (variables: object, token: string | undefined) =>
  send(
    `query($id: ID, $playerId: PlayerId, $type: ClaimType, $key: Text) { claim(id: $id, playerId: $playerId, type: $type, key: $key) { ${CLAIM} } }`,
    variables,
    { token },
  );
const expected = () => {
  const { id, type, key } = receipt.claim;
  return { claim: { claim: { id, type, key, playerId }, changes: receipt.changes } };
};

describe('one claim', () => {
  it('is found by its ID and by what was claimed, by all who may see it', async () => {
    const named = { type: 'tournament_reward', key: 'cup-1' };
    for (const token of [own, server, staff]) {
      expect((await ask({ id: receipt.claim.id }, token)).data).toEqual(expected());
      expect((await ask({ id: receipt.claim.id.toUpperCase() }, token)).data).toEqual(expected());
      expect((await ask({ ...named, playerId }, token)).data).toEqual(expected());
    }
    expect((await ask(named, own)).data).toEqual(expected());
  });

  it('that another player made is null by its ID and FORBIDDEN by name: nothing tells whether it exists', async () => {
    const byId = await ask({ id: receipt.claim.id }, other);
    expect([byId.data, byId.errors]).toEqual([{ claim: null }, undefined]);
    for (const key of ['cup-1', 'never-claimed']) {
      const byName = await askingNobody(playerId, () =>
        ask({ playerId, type: 'tournament_reward', key }, other),
      );
      expect(onlyError(byName).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
    }
    expect((await ask({ type: 'tournament_reward', key: 'cup-1' }, other)).data).toEqual({ claim: null });
  });

  it('that was never granted is null, refused ones included', async () => {
    expect((await ask({ id: crypto.randomUUID() }, server)).data).toEqual({ claim: null });
    expect((await ask({ playerId, type: 'tournament_reward', key: 'cup-2' }, server)).data).toEqual({
      claim: null,
    });
    resultOf(await claimReward({ type: 'no_such_type', key: 'refused-1', playerId }, { token: server }));
    expect((await ask({ playerId, type: 'no_such_type', key: 'refused-1' }, server)).data).toEqual({
      claim: null,
    });
  });

  it('of staff is found by the key that the server derived', async () => {
    const grants = [{ resource: 'lumees', amount: 3 }];
    for (const rewardId of [undefined, 'r'.repeat(128)]) {
      const { claim } = resultOf(
        await manualReward({ playerId, grants, reason: 'a good deed', rewardId }, { token: staff }),
      );
      const { data } = await ask({ playerId, type: 'manual_reward', key: claim.key }, own);
      expect(data.claim.claim.id).toBe(claim.id);
    }
  });

  it.each([
    ['nothing', {}, 'id'],
    ['a type alone', { type: 'tournament_reward' }, 'id'],
    ['a key alone', { key: 'cup-1' }, 'id'],
    ['an ID beside a type', { id: crypto.randomUUID(), type: 'tournament_reward' }, 'id'],
    ['an ID that is no UUID', { id: "1' OR '1'='1" }, 'id'],
    ['an ID that is a number', { id: 7 }, 'id'],
    ['no player, for a server', { type: 'tournament_reward', key: 'cup-1' }, 'playerId'],
  ])('asked for by %s is BAD_USER_INPUT', async (_, variables, field) => {
    const answer = await askingNobody(playerId, () => ask(variables, server));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});
