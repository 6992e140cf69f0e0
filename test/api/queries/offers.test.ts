/** offers: a shop agrees with previews and purchases, whatever the player has. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { publishDay } from '../../support/worker/days.ts';
import { frozenKv, startIsolate } from '../../support/worker/isolate.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { letTimePass, playerWith, viewOf } from '../../support/worker/players.ts';
import type { Offer, Offers, Queries } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const BUY = 'buy_summon_token';
const SHOWN = {
  title: 'A summon token',
  text: 'For one summon.',
  image: '/shop/token.png',
  tags: ['shop', 'tokens'],
  sort: 5,
};
const shop = (document: Document) => {
  Object.assign(document.exchanges[BUY], SHOWN);
  Object.assign(document.exchanges.drop, { tags: ['shop'], sort: -1, title: 'Drop' });
  Object.assign(document.exchanges.summon, { tags: ['shop'], sort: 5 });
};

beforeEach(() => publish(changedExample(shop)));

const screenOf = async (playerId: string, input: Queries['offers']['input'] = {}): Promise<Offers> =>
  resultOf(await writingNothing(playerId, () => asPlayer(playerId).offers(input)));
const offerIn = ({ offers }: Offers, id: string): Offer => {
  const offer = offers.find((each) => each.id === id);
  if (!offer) throw new Error(`no offer ${id}`);
  return offer;
};
const idsOf = ({ offers }: Offers) => offers.map(({ id }) => id);

describe('the list', () => {
  it('offers are in the order of sort and name, with their texts, and a tag or names select them', async () => {
    const { playerId } = await playerWith({ auric_coins: 1 });
    const shown = await screenOf(playerId, { tag: 'shop' });
    expect(idsOf(shown)).toEqual(['drop', BUY, 'summon']);
    expect(offerIn(shown, BUY)).toMatchObject(SHOWN);
    expect(offerIn(shown, 'summon')).toMatchObject({ title: null, text: null, image: null });
    expect(idsOf(await screenOf(playerId, { ids: ['training', 'nothing', 'drop', 'drop'] }))).toEqual([
      'drop',
      'training',
    ]);
    expect(idsOf(await screenOf(playerId, { tag: 'nothing' }))).toEqual([]);
    expect(idsOf(await screenOf(playerId, { tag: 'tokens', ids: ['drop', BUY] }))).toEqual([BUY]);
  });

  it('offers are paged by the last name of a page', async () => {
    const playerId = fresh('player');
    const all = idsOf(await screenOf(playerId));
    const pages: string[] = [];
    let page = await screenOf(playerId, { first: 3 });
    for (;;) {
      pages.push(...idsOf(page));
      if (!page.more) break;
      page = await screenOf(playerId, { first: 3, after: pages.at(-1) });
    }
    expect(pages).toEqual(all);
    expect(pages).toHaveLength(7);
  });

  it.each<[string, object, string]>([
    ['a name that is not in the list', { tag: 'shop', after: 'training' }, 'after'],
    ['more than 200 offers', { first: 201 }, 'first'],
    ['more than 50 names', { ids: Array.from({ length: 51 }, (_, index) => `offer_${index}`) }, 'ids'],
  ])('a request for offers with %s is BAD_USER_INPUT', async (_, input, field) => {
    expect(faultOf(await asPlayer(fresh('player')).offers(input))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});

/** The first rejection that previewExchange answers, or what it shows. */
async function expectAgreement(playerId: string, offer: Offer): Promise<void> {
  const preview = async (quantity: number) =>
    resultOf(await asPlayer(playerId).previewExchange({ exchange: offer.id, quantity, terms: null }));
  const once = await preview(1);
  if (once.__typename === 'ExchangePreview') {
    expect(offer.blockedBy, offer.id).toEqual([]);
    expect(once.terms).toBe(offer.terms);
    expect(offer.draws).toEqual(once.draws);
    const most = await preview(offer.available);
    expect(most.__typename, `${offer.id} × ${offer.available}`).toBe('ExchangePreview');
    if (offer.available < offer.maxQuantity)
      expect((await preview(offer.available + 1)).__typename).not.toBe('ExchangePreview');
  } else {
    expect(offer.available, offer.id).toBe(0);
    expect(offer.blockedBy[0], offer.id).toMatchObject({ code: once.code, message: once.message });
    if (once.__typename === 'LimitExceeded') expect(offer.blockedBy[0]?.until).toEqual(once.renewsAt);
  }
}

describe('what an offer says', () => {
  it.each<[string, Record<string, number>]>([
    ['nothing', { lumees: 1 }],
    ['a little', { auric_coins: 950, summon_tokens: 3, floor_tokens: 14 }],
    ['a lot', { auric_coins: 1_000_000, summon_tokens: 500, floor_tokens: 500 }],
  ])('each offer agrees with previewExchange for a player with %s', async (_, amounts) => {
    const { playerId } = await playerWith(amounts);
    const screen = await screenOf(playerId);
    for (const offer of screen.offers) await expectAgreement(playerId, offer);
    expect(screen.offers.length).toBeGreaterThan(5);
  });

  it('each offer agrees with previewExchange for a player who does not exist', async () => {
    const playerId = fresh('player');
    const screen = await screenOf(playerId);
    expect(screen).toMatchObject({ playerVersion: 0, level: 1 });
    for (const offer of screen.offers) await expectAgreement(playerId, offer);
    expect(offerIn(screen, 'drop')).toMatchObject({ available: 1, affordable: true });
  });

  it('an offer counts a limit down to 0, says when it resets, and is bought with its own terms', async () => {
    const today = await publishDay('earlier', shop);
    const { playerId } = await playerWith({ auric_coins: 9_000 });
    for (const [quantity, remaining, available] of [
      [10, 10, 10],
      [7, 3, 3],
      [3, 0, 0],
    ] as const) {
      const { terms } = offerIn(await screenOf(playerId, { ids: [BUY] }), BUY);
      const oneByOne = { exchange: BUY, quantity: 1, terms };
      expect(
        rejectionOf(await asPlayer(playerId).exchange({ ...oneByOne, terms: '0'.repeat(32) }), 'TermsChanged')
          .terms,
      ).toBe(terms);
      for (let count = 0; count < quantity; count += 1)
        receiptOf(await asPlayer(playerId).exchange(oneByOne));
      const offer = offerIn(await screenOf(playerId), BUY);
      expect(offer.limits).toEqual([
        {
          limit: 'EXCHANGES',
          period: today.name,
          sharedLimit: null,
          bound: 20,
          used: 20 - remaining,
          remaining,
          resetsAt: today.renewsAt,
        },
      ]);
      expect(offer.available).toBe(available);
    }
    const soldOut = offerIn(await screenOf(playerId), BUY);
    expect(soldOut).toMatchObject({ affordable: true, available: 0 });
    expect(soldOut.blockedBy).toMatchObject([{ code: 'LIMIT_EXCEEDED', until: today.renewsAt }]);
    await expectAgreement(playerId, soldOut);
  });

  it('an offer counts claims of the day that were made before its limit was published', async () => {
    await publish(
      changedExample(({ exchanges }: Document) => {
        delete exchanges[BUY].perDay;
      }),
    );
    const { playerId } = await playerWith({ auric_coins: 3_000 });
    receiptOf(await asPlayer(playerId).exchange({ exchange: BUY, quantity: 4 }));
    await publish(changedExample(shop));
    expect(offerIn(await screenOf(playerId), BUY).limits).toMatchObject([{ used: 4, remaining: 16 }]);
  });

  it('an offer outside its window says when it opens, and is not sold', async () => {
    const [before, after] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const { playerId } = await playerWith({ auric_coins: 900, summon_tokens: 9 });
    await publish(
      changedExample((document) => {
        shop(document);
        document.exchanges[BUY].from = after;
        document.exchanges.summon.until = before;
        document.exchanges.drop.until = after;
      }),
    );
    const screen = await screenOf(playerId, { tag: 'shop' });
    const upcoming = offerIn(screen, BUY);
    expect(upcoming).toMatchObject({ available: 0, affordable: true, opensAt: after, closesAt: null });
    expect(upcoming.blockedBy).toMatchObject([{ code: 'NOT_AVAILABLE', until: after }]);
    expect(offerIn(screen, 'summon').blockedBy).toMatchObject([{ code: 'NOT_AVAILABLE', until: null }]);
    expect(offerIn(screen, 'drop')).toMatchObject({ available: 1, closesAt: after, blockedBy: [] });
    for (const offer of screen.offers) await expectAgreement(playerId, offer);
  });

  it('offers show regeneration and the counter of a guarantee as me and previewExchange do', async () => {
    const { playerId } = await playerWith({ summon_tokens: 5 });
    for (const exchange of ['drop', 'summon', 'summon'])
      receiptOf(await asPlayer(playerId).exchange({ exchange }));
    await letTimePass(playerId, 'drop_charges', 1_800);
    const screen = await screenOf(playerId);
    const { balances } = await viewOf(playerId);
    const known = balances.filter(({ resource }) =>
      screen.balances.some((each) => each.resource === resource),
    );
    expect(screen.balances).toEqual(known);
    expect(screen.balances.find(({ resource }) => resource === 'drop_charges')?.regeneration).not.toBeNull();
    for (const offer of screen.offers) await expectAgreement(playerId, offer);
  });
});

describe('who asks, and under which config', () => {
  it('offers make one request to the database, by a player and by a server', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    for (const client of [asPlayer(playerId), asServer()]) {
      const input = client === undefined ? {} : { playerId };
      expect(await countRequests(playerId, async () => resultOf(await client.offers(input)))).toBe(1);
    }
  });

  it('a player sees no offers of another player, and a disabled staff member sees none', async () => {
    const [playerId, other] = [fresh('player'), fresh('player')];
    const staffId = await addStaffMember(fresh('staff'), { role: 'admin' });
    await changeStaffMember(staffId, { disabled: true });
    expect(faultOf(await asPlayer(playerId).offers({ playerId: other })).code).toBe('FORBIDDEN');
    expect(faultOf(await asStaff(staffId).offers({ playerId: other })).code).toBe('FORBIDDEN');
    expect(faultOf(await asServer().offers({})).code).toBe('BAD_USER_INPUT');
  });

  it('an isolate without the current config shows the offers of the current config', async () => {
    const { playerId } = await playerWith({ auric_coins: 900 });
    const door = startIsolate({ kv: await frozenKv() });
    const ask = async () => resultOf(await asPlayer(playerId).offers({ ids: [BUY] }, { door }));
    expect(offerIn(await ask(), BUY).costs).toEqual([{ resource: 'auric_coins', amount: 300 }]);
    await publish(
      changedExample(({ exchanges }: Document) => {
        exchanges[BUY].costs.auric_coins = 450;
      }),
    );
    const offer = offerIn(await ask(), BUY);
    expect(offer).toMatchObject({ costs: [{ amount: 450 }], available: 2 });
    receiptOf(await asPlayer(playerId).exchange({ exchange: BUY, terms: offer.terms }));
  });
});
