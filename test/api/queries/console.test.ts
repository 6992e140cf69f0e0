/** What the console reads: findPlayers, timeline, staffMember, the screens of a player, and previews of actions. */
import { beforeAll, describe, expect, it } from 'vitest';
import { STAFF_PERMISSIONS } from '../../../src/domain/actor.ts';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  type ResultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'), { role: 'support' });
  staff = asStaff(staffId);
});

const award = (playerId: string, amount = 100) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason: 'a lost match',
});

describe('findPlayers', () => {
  const found = async (text: string, page: object = {}) =>
    resultOf(await staff.findPlayers({ text, ...page })).map(({ playerId, match, type, key }) => ({
      playerId,
      match,
      type,
      key,
    }));

  it('finds players by the beginning of their IDs, in order, and nobody to whom nothing was granted', async () => {
    const prefix = fresh('find');
    const players = [`${prefix}-b`, `${prefix}-a`, `${prefix}_`];
    for (const playerId of players)
      receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-0' }));
    rejectionOf(await staff.manualReward(award(`${prefix}-c`)), 'UnknownPlayer');
    const expected = [`${prefix}-a`, `${prefix}-b`, `${prefix}_`];
    const byId = (playerId: string) => ({ playerId, match: 'PLAYER_ID', type: null, key: null });
    expect(await found(prefix)).toEqual(expected.map(byId));
    expect(await found(prefix, { first: 2 })).toEqual(expected.slice(0, 2).map(byId));
    expect(await found(`${prefix}%`)).toEqual([]);
  });

  it('finds a player by claim ID, claim key, and the correlation IDs of a claim and a rejection', async () => {
    const playerId = fresh('player');
    const key = fresh('cup');
    const { claim } = receiptOf(await asServer().claimReward({ ...victory, playerId, key }));
    const correlationId = fresh('support-case');
    const again = await asServer().claimReward(
      { ...victory, playerId, key },
      { headers: { 'x-correlation-id': correlationId } },
    );
    rejectionOf(again, 'AlreadyClaimed');
    const same = { playerId, type: victory.type, key };
    expect(await found(claim.id)).toEqual([{ ...same, match: 'CLAIM_ID' }]);
    expect(await found(key)).toEqual([{ ...same, match: 'CLAIM_KEY' }]);
    expect(await found(String(claim.correlationId))).toEqual([{ ...same, match: 'CORRELATION_ID' }]);
    expect(await found(correlationId)).toEqual([{ ...same, match: 'CORRELATION_ID' }]);
  });

  it('finds the player of a store’s order by its ID', async () => {
    const playerId = fresh('player');
    const order = fresh('GPA');
    receiptOf(
      await asServer().claimReward({
        playerId,
        type: 'store_purchase',
        key: order,
        facts: { store: 'apple', transaction: order, coins: 500 },
      }),
    );
    expect(await found(order)).toEqual([
      { playerId, match: 'CLAIM_KEY', type: 'store_purchase', key: order },
    ]);
    const key = `5:apple${order.length}:${order}`;
    expect(await found(key)).toEqual([{ playerId, match: 'SOURCE_KEY', type: 'auric_coins', key }]);
  });

  it('refuses more than 100, and records each search in the audit', async () => {
    const text = fresh('nobody');
    expect(faultOf(await staff.findPlayers({ text, first: 101 }))).toMatchObject({ field: 'first' });
    expect(await found(text)).toEqual([]);
    const rows = await owner`
      SELECT outcome, detail FROM onceward.audit_by_name
       WHERE actor_id = ${staffId} AND action = 'findPlayers' AND detail->>'text' = ${text}`;
    expect(rows).toEqual([{ outcome: 'listed', detail: { text } }]);
  });
});

describe('timeline', () => {
  type Entry = ResultOf<'timeline'>['entries'][number];
  async function read(playerId: string, first: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let after: string | null = null; ; ) {
      const page: ResultOf<'timeline'> = resultOf(await staff.timeline({ playerId, first, after }));
      expect(page.entries.length).toBeLessThanOrEqual(first);
      entries.push(...page.entries);
      if (page.next === null) return entries;
      after = page.next;
    }
  }
  const kindOf = ({ attempt, event }: Entry) =>
    attempt ? `${attempt.claim.type} ${attempt.granted ? 'granted' : 'rejected'}` : `${event?.outcome}`;

  it('shows claims, rejections, received transfers and forbidden attempts, newest first, in pages of any size', async () => {
    const [playerId, other] = [await seasonedPlayer(), await seasonedPlayer()];
    const key = freshKey();
    const granted = receiptOf(await staff.manualReward({ ...award(playerId, 500), idempotencyKey: key }));
    rejectionOf(
      await asPlayer(playerId).transferResource({ toPlayerId: other, resource: 'lumees', amount: 4_999 }),
      'InsufficientBalance',
    );
    receiptOf(await staff.manualReward(award(other, 50)));
    receiptOf(
      await asPlayer(other).transferResource({ toPlayerId: playerId, resource: 'lumees', amount: 10 }),
    );
    const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    expect(faultOf(await auditor.manualReward(award(playerId))).code).toBe('FORBIDDEN');
    receiptOf(
      await staff.reverseClaim({ playerId, claimId: granted.claim.id, reason: 'by mistake', reopen: true }),
    );

    const entries = await read(playerId, 100);
    expect(entries.map(kindOf)).toEqual([
      'reversal granted',
      'forbidden',
      'transfer granted',
      'transfer rejected',
      'manual_reward granted',
      'tournament_reward granted',
    ]);
    const [reversal, , received, , awarded] = entries;
    expect(awarded?.reversal).toEqual({
      claimId: reversal?.attempt?.claim.id,
      units: 1,
      reversed: 1,
      reopened: true,
    });
    expect(awarded?.attempt?.changes).toEqual(granted.changes);
    expect(received?.attempt).toMatchObject({ claim: { playerId: other, counterpartyId: playerId } });
    for (const size of [1, 2, 3]) expect(await read(playerId, size)).toEqual(entries);
  });

  it('pages through rejections of one moment without losing or repeating any', async () => {
    const playerId = await seasonedPlayer();
    const small = asStaff(await addStaffMember(fresh('staff'), { limit: 5 }));
    const items = Array.from({ length: 7 }, (_, index) => ({
      playerId,
      item: `item-${index}`,
      gives: [{ resource: 'lumees', amount: 6 }],
    }));
    const answer = await small.grantMany({ campaign: fresh('campaign'), reason: 'an apology', items });
    expect(resultOf(answer)).toMatchObject({ rejected: 7 });
    const times = await owner`SELECT DISTINCT refused_at FROM onceward.refusals
      WHERE player = (SELECT no FROM onceward.actors WHERE id = ${playerId} AND kind = 1)`;
    expect(times).toHaveLength(1);
    const keys = (await read(playerId, 2)).map(({ attempt }) => attempt?.claim.idempotencyKey);
    expect(keys).toHaveLength(8);
    expect(new Set(keys).size).toBe(8);
  });

  it('is empty for a player who does not exist, and refuses cursors of other lists and pages of more than 100', async () => {
    const playerId = fresh('nobody');
    expect(resultOf(await staff.timeline({ playerId }))).toEqual({ entries: [], next: null });
    expect(faultOf(await staff.timeline({ playerId, first: 101 }))).toMatchObject({ field: 'first' });
    for (const cursor of [
      'no base64!',
      btoa('claims/1'),
      btoa('["timeline",-1,null,null]'),
      btoa('["timeline",1.5,null,null]'),
      btoa(`["timeline",${2 ** 31},null,null]`),
      btoa('["timeline",1,[1e16,"key"],null]'),
      btoa('["timeline",1,[1,"white space"],null]'),
      btoa('["timeline",1,null,[1,"not-a-uuid"]]'),
      btoa('["timeline"]'),
    ])
      expect(faultOf(await staff.timeline({ playerId, after: cursor }))).toMatchObject({ field: 'after' });
  });
});

describe('staffMember', () => {
  it.each([
    'support',
    'economist',
    'auditor',
    'admin',
  ] as const)('shows %s what their role permits', async (role) => {
    const id = await addStaffMember(fresh('staff'), { role, limit: 7 });
    const permissions = Object.entries(STAFF_PERMISSIONS).flatMap(([name, roles]) =>
      (roles as readonly string[]).includes(role) ? [name] : [],
    );
    expect(resultOf(await asStaff(id).staffMember({}))).toEqual({
      id,
      role,
      permissions: permissions.toSorted(),
      rewardLimit: 7,
      dailyBudget: null,
      resourceLimits: [],
      disabledAt: null,
      addedAt: expect.any(String),
      lastActionAt: null,
      proposalId: null,
    });
  });
});

describe('the screens of a player', () => {
  it('are the same for staff as for the player', async () => {
    const playerId = await seasonedPlayer();
    const without = ({ at: _, ...screen }: ResultOf<'claimables'>) => screen;
    const own = without(resultOf(await asPlayer(playerId).claimables({})));
    expect(own.claimables.length).toBeGreaterThan(0);
    expect(without(resultOf(await staff.claimables({ playerId })))).toEqual(own);
    const offers = resultOf(await asPlayer(playerId).offers({})).offers;
    expect(resultOf(await staff.offers({ playerId })).offers).toEqual(offers);
  });
});

describe('a preview of an action', () => {
  it('shows the changes that the action then makes, and moves nothing', async () => {
    const playerId = await seasonedPlayer();
    const input = {
      playerId,
      grants: [{ resource: 'experience', amount: 700 }],
      reason: 'a lost match',
    };
    const preview = await writingNothing(playerId, async () =>
      resultOf(await staff.previewManualReward(input)),
    );
    const receipt = receiptOf(await staff.manualReward(input));
    expect(preview).toMatchObject({
      __typename: 'ActionPreview',
      changes: receipt.changes,
      levelBefore: receipt.levelBefore,
      levelAfter: receipt.levelAfter,
    });
    expect(receipt.levelAfter).toBeGreaterThan(Number(receipt.levelBefore));

    const take = {
      playerId,
      resource: 'lumees',
      amount: 10,
      reason: 'twice',
      ifInsufficient: 'DEBT',
    } as const;
    const taking = await writingNothing(playerId, async () =>
      resultOf(await staff.previewTakeResource(take)),
    );
    expect(taking).toMatchObject({ changes: receiptOf(await staff.takeResource(take)).changes });

    const reversal = { playerId, claimId: receipt.claim.id, reason: 'by mistake' };
    const reversing = await writingNothing(playerId, async () =>
      resultOf(await staff.previewReverseClaim(reversal)),
    );
    const reversed = receiptOf(await staff.reverseClaim(reversal));
    expect(reversing).toMatchObject({ changes: reversed.changes, levelAfter: reversed.levelAfter });
  });

  it('shows the rejection that the action would get, also one by the limits of staff', async () => {
    const playerId = await seasonedPlayer();
    const small = asStaff(await addStaffMember(fresh('staff'), { role: 'support', limit: 5 }));
    const rejected = await writingNothing(playerId, () => small.previewManualReward(award(playerId, 6)));
    expect(rejected.result).toMatchObject({ __typename: 'LimitExceeded', limit: 'STAFF_REWARD', bound: 5 });
    const unknown = await staff.previewReverseClaim({
      playerId,
      claimId: '00000000000000001',
      reason: 'by mistake',
    });
    expect(unknown.result).toMatchObject({ __typename: 'UnknownClaim' });
  });

  it('records nothing of a staff member whose role does not allow the action', async () => {
    const playerId = await seasonedPlayer();
    const id = await addStaffMember(fresh('staff'), { role: 'auditor' });
    const answer = await writingNothing(playerId, async () =>
      asStaff(id).previewManualReward(award(playerId)),
    );
    expect(faultOf(answer).code).toBe('FORBIDDEN');
    expect(await owner`SELECT 1 FROM onceward.audit_by_name WHERE actor_id = ${id}`).toEqual([]);
  });
});
