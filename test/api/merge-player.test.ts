/** mergePlayer: a guest logs in, and becomes part of an account. The kernel's rules have tests of their own (test/ledger/merges.test.ts). */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { createCode } from '../support/worker/codes.ts';
import { addStaffMember, auditEvents, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { seasonedPlayer, TOWER, towerTicket } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { holder, movingNeither } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

type Input = MutationInput<'mergePlayer'>;

const merge = (playerId: string, guestId: string, over: Partial<Input> = {}, by = asServer()) =>
  by.mergePlayer({ playerId, guestId, reason: 'the guest logged in', ...over });
/** Sends it again, as a client does, where the ledger did not answer in time. */
async function settled(input: Pick<Input, 'playerId' | 'guestId' | 'idempotencyKey'>) {
  for (;;) {
    const answer = await asServer().mergePlayer({ ...input, reason: 'the guest logged in' });
    if (!answer.errors || faultOf(answer).code !== 'UNAVAILABLE') return answer;
  }
}
const sound = async (...players: string[]) => {
  for (const player of players) expect(await ledgerFaults(player)).toEqual([]);
};

describe('mergePlayer', () => {
  it('moves what a guest has to a new account once, under 16 requests of one key and 16 of others', async () => {
    const guest = await seasonedPlayer();
    await announce(guest, 'battle-1');
    const account = fresh('account');
    const before = (await ledgerState(guest)).balances;
    const idempotencyKey = freshKey();
    const answers = await atOnce(32, (n) =>
      settled({
        playerId: account,
        guestId: guest,
        idempotencyKey: n % 2 === 0 ? idempotencyKey : freshKey(),
      }),
    );
    const receipts = answers.flatMap((answer) => {
      const result = resultOf(answer);
      return result.__typename === 'Receipt' ? [result] : [];
    });
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(receipts[0]).toMatchObject({ claim: { operation: 'mergePlayer', type: 'merge' } });
    const { balances } = await ledgerState(account);
    // An amount moves; health and energy refill by themselves, and were never written for the guest.
    expect(balances).toEqual(before);
    expect(Object.values((await ledgerState(guest)).balances).every((amount) => amount === 0)).toBe(true);
    expect(await pendingKeys(guest)).toEqual([]);
    expect(await pendingKeys(account)).toEqual(['pve_victory/battle-1']);
    const collected = resultAs(
      await asPlayer(account).collectRewards({ all: true }),
      'CollectRewardsReceipt',
    );
    expect(collected).toMatchObject({ granted: 1 });
    await sound(guest, account);
  });

  it('refuses the guest’s operations: servers and staff learn which account, the guest does not, and known keys are answered', async () => {
    const [guest, account] = [await seasonedPlayer(), await seasonedPlayer()];
    const input = { type: TOWER.type, ticket: await towerTicket(guest) };
    const idempotencyKey = freshKey();
    const receipt = receiptOf(await asPlayer(guest).claimReward({ ...input, idempotencyKey }));
    receiptOf(await merge(account, guest));
    const replay = receiptOf(await asPlayer(guest).claimReward({ ...input, idempotencyKey }));
    expect(replay).toEqual({ ...receipt, replayed: true });
    const [asGuest, byServer, byStaff] = await movingNeither([guest, account], async () => [
      rejectionOf(await asPlayer(guest).exchange({ exchange: 'drop' }), 'PlayerMerged'),
      rejectionOf(await asServer().claimReward({ ...VICTORY, playerId: guest, key: 'b' }), 'PlayerMerged'),
      rejectionOf(
        await asStaff(await addStaffMember(fresh('staff'))).manualReward({
          playerId: guest,
          grants: [{ resource: 'lumees', amount: 1 }],
          reason: 'a lost match',
        }),
        'PlayerMerged',
      ),
    ]);
    expect(asGuest).toMatchObject({ playerId: guest, mergedInto: null });
    for (const seen of [byServer, byStaff]) expect(seen).toMatchObject({ mergedInto: account });
    const preview = await asPlayer(guest).previewExchange({ exchange: 'drop' });
    expect(resultAs(preview, 'PlayerMerged')).toMatchObject({ mergedInto: null });
    await sound(guest, account);
  });

  it('refuses the account what the guest claimed, in an answer with the guest’s receipt, and redeems no code again', async () => {
    const [guest, account] = [await seasonedPlayer(), await seasonedPlayer()];
    const code = await createCode({ uses: 10 });
    receiptOf(await asPlayer(guest).redeemCode({ code }));
    const { claim } = receiptOf(
      await asPlayer(guest).claimReward({ type: TOWER.type, ticket: await towerTicket(guest) }),
    );
    receiptOf(await merge(account, guest));
    await movingNeither([guest, account], async () => {
      const again = await asPlayer(account).claimReward({
        type: TOWER.type,
        ticket: await towerTicket(account),
      });
      expect(rejectionOf(again, 'AlreadyClaimed')).toMatchObject({ original: { id: claim.id } });
      rejectionOf(await asPlayer(account).redeemCode({ code }), 'AlreadyClaimed');
    });
    await sound(guest, account);
  });

  it('lists conflicts before it is sent and when it is refused, and takes them if told so', async () => {
    const [guest, account] = [await seasonedPlayer(), await seasonedPlayer()];
    for (const player of [guest, account]) await announce(player, 'battle-7');
    const conflicts = [
      { kind: 'PENDING', name: VICTORY.type, key: 'battle-7', period: null, total: null, bound: null },
    ];
    await movingNeither([guest, account], async () => {
      const input = { playerId: account, guestId: guest, reason: 'the guest logged in' };
      const preview = await asServer().previewMergePlayer(input);
      expect(resultAs(preview, 'MergeConflicts')).toMatchObject({ total: 1, conflicts });
      expect(rejectionOf(await merge(account, guest), 'MergeConflicts')).toMatchObject({ conflicts });
    });
    receiptOf(await merge(account, guest, { onConflict: 'ACCOUNT_WINS' }));
    expect(await pendingKeys(account)).toEqual(['pve_victory/battle-7']);
    await sound(guest, account);
  });

  it('is shown by both: servers and staff see the account, which sees its guests', async () => {
    const [guest, middle, account] = [await seasonedPlayer(), await seasonedPlayer(), await seasonedPlayer()];
    receiptOf(await merge(middle, guest));
    receiptOf(await merge(account, middle));
    const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    for (const reader of [asServer(), staff]) {
      const seen = async (id: string) => resultOf(await reader.player({ id }));
      expect(await seen(guest)).toMatchObject({ isMerged: true, mergedInto: account, mergedFrom: [] });
      expect(await seen(middle)).toMatchObject({ isMerged: true, mergedInto: account, mergedFrom: [guest] });
      expect(await seen(account)).toMatchObject({ isMerged: false, mergedInto: null });
      expect((await seen(account))?.mergedFrom).toEqual([middle, guest]);
    }
    expect(resultOf(await asPlayer(account).me())).toMatchObject({ mergedFrom: [middle, guest] });
    const asGuest = { isMerged: true, mergedInto: null };
    expect(resultOf(await asPlayer(guest).me())).toMatchObject(asGuest);
    expect(resultOf(await asPlayer(guest).player({ id: guest }))).toMatchObject(asGuest);
  });

  it('is in the lists of both players that are narrowed to merges', async () => {
    const [guest, account] = [await holder({ lumees: 40 }), await holder()];
    receiptOf(await merge(account, guest));
    const claim = { type: 'merge', playerId: account, counterpartyId: guest };
    for (const [player, delta] of [
      [guest, -40],
      [account, 40],
    ] as const) {
      const filter = { playerId: player, filter: { claimType: 'merge', resource: 'lumees' }, first: 10 };
      const { edges } = resultOf(await asServer().claims(filter));
      expect(edges.map(({ node }) => node)).toMatchObject([{ claim }]);
      const entries = resultOf(await asServer().ledger(filter)).edges;
      expect(entries.map(({ node }) => node)).toMatchObject([{ claim, delta }]);
    }
  });

  it('is for staff with the permission, whose merge is audited and counts against no limit', async () => {
    const [guest, account] = [await holder({ lumees: 5_000 }), await holder()];
    const support = await addStaffMember(fresh('staff'));
    const auditor = await addStaffMember(fresh('auditor'), { role: 'auditor' });
    expect(faultOf(await merge(account, guest, {}, asStaff(auditor))).code).toBe('FORBIDDEN');
    const { claim } = receiptOf(await merge(account, guest, {}, asStaff(support)));
    expect(claim).toMatchObject({ actorKind: 'STAFF', reason: 'the guest logged in' });
    expect(await auditEvents(support)).toMatchObject([{ action: 'mergePlayer', outcome: 'granted' }]);
    await sound(guest, account);
  });

  it('is refused for a player and itself, and for a guest who is unknown, and moves nothing', async () => {
    const account = await seasonedPlayer();
    const nobody = fresh('nobody');
    expect(faultOf(await merge(account, account)).code).toBe('BAD_USER_INPUT');
    expect(rejectionOf(await merge(account, nobody), 'UnknownPlayer')).toMatchObject({ playerId: nobody });
    expect(await ledgerState(account)).toMatchObject({ version: 1 });
  });
});
