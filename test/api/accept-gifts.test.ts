// acceptGifts: players decide whether others can give them something.
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';

beforeAll(serveExample);

const stateOf = async (playerId: string) => resultOf(await asPlayer(playerId).me());
const setTo = async (playerId: string, accept: boolean) =>
  receiptOf(await asPlayer(playerId).acceptGifts({ accept }));

async function giverAndDecliner(): Promise<[string, string]> {
  const [giver, decliner] = [await holder({ lumees: 100 }), await holder()];
  await setTo(decliner, false);
  return [giver, decliner];
}

describe('a player who declines gifts', () => {
  it('receives nothing, until they accept gifts again', async () => {
    const [giver, decliner] = await giverAndDecliner();
    expect((await stateOf(decliner)).acceptsGifts).toBe(false);
    const declined = await movingNeither([giver, decliner], () => transfer(giver, decliner, { amount: 60 }));
    expect(rejectionOf(declined, 'GiftsDeclined')).toMatchObject({
      code: 'GIFTS_DECLINED',
      playerId: decliner,
      message: `Player ${decliner} does not accept gifts.`,
    });

    const setting = await setTo(decliner, true);
    expect(setting.changes).toEqual([]);
    expect((await stateOf(decliner)).acceptsGifts).toBe(true);
    receiptOf(await transfer(giver, decliner, { amount: 60 }));
    expect(await balanceOf(decliner)).toBe(60);
  });

  it('is named only where the giver has enough', async () => {
    const [giver, decliner] = await giverAndDecliner();
    const refused = await movingNeither([giver, decliner], () => transfer(giver, decliner, { amount: 101 }));
    rejectionOf(refused, 'InsufficientBalance');
  });

  it('still loses a gift that is taken back', async () => {
    const [giver, taker] = [await holder({ lumees: 100 }), await holder()];
    const { claim } = receiptOf(await transfer(giver, taker, { amount: 60 }));
    await setTo(taker, false);
    const staff = asStaff(await addStaffMember(fresh('staff')));
    receiptOf(await staff.reverseClaim({ playerId: giver, claimId: claim.id, reason: 'a stolen account' }));
    expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([100, 0]);
  });
});

describe('acceptGifts', () => {
  it('replays its receipt after a server changed the setting, and changes nothing then', async () => {
    const playerId = await holder();
    const input = { accept: false, idempotencyKey: freshKey() };
    receiptOf(await asPlayer(playerId).acceptGifts(input));
    receiptOf(await asServer().acceptGifts({ accept: true, playerId }));
    const replay = receiptOf(await writingNothing(playerId, () => asPlayer(playerId).acceptGifts(input)));
    expect(replay.replayed).toBe(true);
    expect((await stateOf(playerId)).acceptsGifts).toBe(true);
  });

  it('is true for a player who has done nothing yet', async () => {
    expect((await stateOf(fresh('player'))).acceptsGifts).toBe(true);
  });
});
