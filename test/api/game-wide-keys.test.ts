/** `"scope": "game"`: a resource is given once for a source in the whole game, whichever player claims it first. */
import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { pendingKeys } from '../support/worker/pending.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeAll(serveExample);

const purchase = (playerId: string, transaction: string, key = transaction) => ({
  type: 'store_purchase',
  playerId,
  key,
  facts: { store: 'google', transaction, coins: 300 },
});

/** A transaction that the first of two players was paid for. */
async function paid() {
  const [winner, loser] = [fresh('player'), fresh('player')];
  const transaction = fresh('GPA');
  const receipt = receiptOf(await asServer('shop').claimReward(purchase(winner, transaction)));
  const sourceKey = { type: 'auric_coins', key: `6:google${transaction.length}:${transaction}` };
  const shown = { code: 'ALREADY_CLAIMED', original: null, changes: [], sourceKey };
  return { winner, loser, transaction, receipt, shown };
}

it('a store transaction that was paid to one player is refused to another, who learns nothing about the first', async () => {
  const { winner, loser, transaction, receipt, shown } = await paid();
  const input = { ...purchase(loser, transaction), idempotencyKey: freshKey() };
  const answer = await movingNothing(loser, () => asServer('shop').claimReward(input));
  const rejection = rejectionOf(answer, 'AlreadyClaimed');
  expect(rejection).toMatchObject(shown);
  for (const secret of [winner, receipt.claim.id, receipt.correlationId, receipt.claim.idempotencyKey])
    expect(JSON.stringify(rejection)).not.toContain(secret);
  const replay = await writingNothing(loser, () => asServer('shop').claimReward(input));
  expect(resultOf(replay)).toEqual(rejection);
});

it('a player who was paid for the transaction sees the claim, also under another claim key', async () => {
  const { winner, transaction, receipt, shown } = await paid();
  const again = await movingNothing(winner, () =>
    asServer('shop').claimReward(purchase(winner, transaction, fresh('order'))),
  );
  expect(rejectionOf(again, 'AlreadyClaimed')).toMatchObject({
    sourceKey: shown.sourceKey,
    original: receipt.claim,
    changes: receipt.changes,
  });
});

it('previewClaim answers that another player has the transaction, without the claim', async () => {
  const { loser, transaction, shown } = await paid();
  receiptOf(await asServer().claimReward({ type: 'daily_quest', playerId: loser }));
  const answer = await writingNothing(loser, () =>
    asServer('shop').previewClaim(purchase(loser, transaction)),
  );
  expect(rejectionOf(answer, 'AlreadyClaimed')).toMatchObject(shown);
});

it('a transaction that was announced for two players is paid to the first, and stays pending for the other', async () => {
  const [one, other] = [fresh('player'), fresh('player')];
  const transaction = fresh('GPA');
  for (const playerId of [one, other])
    receiptOf(await asServer('shop').announceReward(purchase(playerId, transaction)));
  const pay = (playerId: string) =>
    asServer('shop').recoverReward({ type: 'store_purchase', key: transaction, playerId });
  receiptOf(await pay(one));
  const refused = await movingNothing(other, () => pay(other));
  expect(rejectionOf(refused, 'AlreadyClaimed')).toMatchObject({ original: null, changes: [] });
  expect(await pendingKeys(one)).toEqual([]);
  expect(await pendingKeys(other)).toEqual([`store_purchase/${transaction}`]);
});

it('trace shows a refused transaction to its player, to the server and to staff', async () => {
  const { winner, loser, transaction } = await paid();
  const answer = await asServer('shop').claimReward(purchase(loser, transaction));
  const { correlationId } = rejectionOf(answer, 'AlreadyClaimed');
  const staffId = await addStaffMember(fresh('staff'), { role: 'auditor' });
  for (const client of [asPlayer(loser), asServer('shop'), asStaff(staffId)]) {
    const trace = JSON.stringify(resultOf(await client.trace({ correlationId })));
    expect(trace).toContain('already given to another player');
    expect(trace).not.toContain(winner);
  }
  expect(await ledgerState(loser)).toMatchObject({ version: null, granted: 0, rejected: 1 });
});
