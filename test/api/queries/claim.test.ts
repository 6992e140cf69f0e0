import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, UNKNOWN_CLAIM } from '../../support/worker/ledger-state.ts';
import { victory } from '../../support/worker/scenes.ts';
import type { Receipt } from '../../support/worker/schema-types.ts';
import { fresh, serverToken } from '../../support/worker/service.ts';

const CUP = { type: 'tournament_reward', key: 'cup-1' } as const;
let playerId: string;
let player: Client;
let another: Client;
let server: Client;
let staff: Client;
let receipt: Receipt;

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  [player, another, server] = [asPlayer(playerId), asPlayer(fresh('player')), asServer()];
  staff = asStaff(await addStaffMember(fresh('staff')));
  receipt = receiptOf(await server.claimReward({ ...victory, playerId, key: CUP.key }));
});

describe('the query claim', () => {
  it('finds a claim by its ID and by its type and key, for every caller who may see it', async () => {
    const shown = { claim: receipt.claim, changes: receipt.changes };
    const { id } = receipt.claim;
    const hidden = { idempotencyKey: null, correlationId: null, actorId: 'server' };
    const toPlayer = { ...shown, claim: { ...receipt.claim, ...hidden } };
    for (const caller of [player, server, staff]) {
      const expected = caller === player ? toPlayer : shown;
      expect(resultOf(await caller.claim({ id }))).toEqual(expected);
      expect(resultOf(await caller.claim({ id: id.toUpperCase() }))).toEqual(expected);
      expect(resultOf(await caller.claim({ ...CUP, playerId }))).toEqual(expected);
    }
    expect(resultOf(await player.claim(CUP))).toEqual(toPlayer);
  });

  it('does not reveal to another player whether a claim exists', async () => {
    expect(resultOf(await another.claim({ id: receipt.claim.id }))).toBeNull();
    for (const key of [CUP.key, 'never-claimed']) {
      const answer = await withoutDatabase(playerId, () => another.claim({ playerId, type: CUP.type, key }));
      expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
    }
    expect(resultOf(await another.claim(CUP))).toBeNull();
  });

  it('answers null for a claim that was never granted, even if it was rejected', async () => {
    expect(resultOf(await server.claim({ id: UNKNOWN_CLAIM }))).toBeNull();
    expect(resultOf(await server.claim({ playerId, type: CUP.type, key: 'cup-2' }))).toBeNull();
    const rejected = { playerId, type: 'no_such_type', key: 'rejected-1' };
    rejectionOf(await server.claimReward(rejected), 'UnknownClaimType');
    expect(resultOf(await server.claim(rejected))).toBeNull();
  });

  it('finds a manual reward by the key that the receipt shows, for servers and staff', async () => {
    const grants = [{ resource: 'lumees', amount: 3 }];
    for (const rewardId of [null, 'r'.repeat(255)]) {
      const reward = { playerId, grants, reason: 'a good deed', rewardId };
      const { claim } = receiptOf(await staff.manualReward(reward));
      const reference = { playerId, type: 'manual_reward', key: claim.key };
      for (const caller of [server, staff])
        expect(resultOf(await caller.claim(reference))?.claim.id).toBe(claim.id);
      expect(resultOf(await player.claim(reference))).toBeNull();
      expect(resultOf(await player.claim({ id: claim.id }))?.claim.id).toBe(claim.id);
    }
  });

  it.each<[string, object, string]>([
    ['no argument', {}, 'id'],
    ['only a type', { type: CUP.type }, 'id'],
    ['only a key', { key: CUP.key }, 'id'],
    ['an ID and a type', { id: UNKNOWN_CLAIM, type: CUP.type }, 'id'],
    ['an ID that is not a claim ID', { id: "1' OR '1'='1" }, 'id'],
    ['an ID that is a UUID', { id: crypto.randomUUID() }, 'id'],
    ['an ID that is a number', { id: 7 }, 'id'],
    ['a type and a key without a player, by a server', CUP, 'playerId'],
  ])('refuses a query by %s as BAD_USER_INPUT', async (_, input, field) => {
    const token = await serverToken();
    const answer = await withoutDatabase(playerId, () => call('claim', input, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});
