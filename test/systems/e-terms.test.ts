import { describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asPlayer, faultOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { frozenKv, startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import type { ExchangeResult, Receipt, TermsChanged } from '../support/worker/schema-types.ts';
import { type Door, freshKey, worker } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, sumOf, tally } from '../support/worker/waves.ts';

const BUY = 'buy_summon_token';
const PLAYERS = 8;
/** Of each player. */
const COINS = 1_000_000;
const TOKENS = 10_000;

const costing = (auric_coins: number) =>
  changedExample(({ exchanges }: Document) => {
    exchanges[BUY].costs = { auric_coins };
    delete exchanges[BUY].perDay;
  });
/** All draws have this outcome, so that a draw shows the odds that it was made with. */
const drawing = (outcome: string) =>
  changedExample(({ drawTables: { summons } }: Document) => {
    summons.outcomes = { [outcome]: summons.outcomes[outcome] };
    delete summons.guarantees;
  });

interface Shown {
  readonly playerId: string;
  readonly terms: string;
}

/** Players to whom a preview has shown this exchange. */
function shownTo(count: number, exchange: string): Promise<Shown[]> {
  return atOnce(count, async () => {
    const { playerId } = await playerWith({ auric_coins: COINS, summon_tokens: TOKENS });
    const { terms } = resultAs(await asPlayer(playerId).previewExchange({ exchange }), 'ExchangePreview');
    return { playerId, terms };
  });
}

/** Isolates of any age: the Worker's, a cold one, and one to which no publication ever arrives. */
const isolates = async (): Promise<readonly Door[]> => [
  worker,
  startIsolate(),
  startIsolate({ kv: await frozenKv() }),
];

const priceOf = ({ changes }: Receipt) => -(sumOf(changes).auric_coins ?? 0);
const drawnIn = ({ claim }: Receipt) => claim.draws.map(({ outcome }) => outcome);

interface Sent {
  readonly playerId: string;
  readonly result: ExchangeResult;
}

/**
 * One exchange, with the terms that the player was shown. Publications that follow each other at once may leave it undecided; then
 * it is sent again under its key.
 */
async function send({ playerId, terms }: Shown, exchange: string, door: Door): Promise<Sent> {
  const key = freshKey();
  for (;;) {
    const answer = await asPlayer(playerId).exchange({ exchange, terms }, { door, key });
    if (!answer.errors) return { playerId, result: resultOf(answer) };
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
  }
}

/**
 * Every player sends exchanges with the terms that they were shown, through all isolates, until the publications are acknowledged:
 * a wave before them, waves during them, and one after them.
 */
async function actDuring(
  publications: () => Promise<void>,
  { players, exchange }: { readonly players: readonly Shown[]; readonly exchange: string },
): Promise<Record<'before' | 'during' | 'after', readonly Sent[]>> {
  const doors = await isolates();
  const wave = () =>
    atOnce(players.length * doors.length, (index) =>
      send(players[index % players.length] as Shown, exchange, doors[index % doors.length] as Door),
    );
  const before = await wave();
  let acknowledged = false;
  const published = publications().finally(() => {
    acknowledged = true;
  });
  const during: Sent[] = [];
  do during.push(...(await wave()));
  while (!acknowledged);
  await published;
  return { before, during, after: await wave() };
}

const receiptsIn = (sent: readonly Sent[]): Receipt[] =>
  sent.flatMap(({ result }) => (result.__typename === 'Receipt' ? [result] : []));
const changedTermsIn = (sent: readonly Sent[]): TermsChanged[] =>
  sent.flatMap(({ result }) => (result.__typename === 'TermsChanged' ? [result] : []));

/** Each player has a receipt for all that moved, and a recorded rejection for every other answer. */
async function expectMovedAsAnswered(sent: readonly Sent[]): Promise<void> {
  for (const [playerId, own] of Map.groupBy(sent, (each) => each.playerId)) {
    const receipts = receiptsIn(own);
    const changes = sumOf(receipts.flatMap((receipt) => receipt.changes));
    const state = await ledgerState(playerId);
    // Two claims made the player.
    expect(state).toMatchObject({ granted: 2 + receipts.length, rejected: own.length - receipts.length });
    expect(state.balances).toMatchObject({
      auric_coins: COINS + 64 + (changes.auric_coins ?? 0),
      summon_tokens: TOKENS + (changes.summon_tokens ?? 0),
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
}

const outcomesOf = (sent: readonly Sent[]) => tally(sent.map(({ result }) => result));

describe('while an exchange is published with other terms', () => {
  const SENT = PLAYERS * 3;

  it('E1 charges no price that was not shown', async () => {
    const shownAt = new Set([await publish(costing(300))]);
    const players = await shownTo(PLAYERS, BUY);
    const publications = async () => {
      for (const price of [450, 300, 200, 300, 450]) {
        const version = await publish(costing(price));
        if (price === 300) shownAt.add(version);
      }
    };
    const { before, during, after } = await actDuring(publications, { players, exchange: BUY });
    expect(outcomesOf(before)).toEqual({ Receipt: SENT });
    for (const receipt of receiptsIn([...before, ...during])) {
      expect(priceOf(receipt)).toBe(300);
      expect(shownAt).toContain(receipt.claim.configVersion);
    }
    for (const { terms, costs } of changedTermsIn([...during, ...after])) {
      expect(players.map((player) => player.terms)).not.toContain(terms);
      expect([200, 450]).toContain(costs[0]?.amount);
    }
    expect(outcomesOf(after)).toEqual({ TermsChanged: SENT });
    await expectMovedAsAnswered([...before, ...during, ...after]);
  });

  it('E1 draws with no odds that were not shown', async () => {
    const shownAt = await publish(drawing('common_militia'));
    const players = await shownTo(PLAYERS, 'summon');
    const publications = async () => {
      await publish(drawing('rare_paladin'));
    };
    const { before, during, after } = await actDuring(publications, { players, exchange: 'summon' });
    expect(outcomesOf(before)).toEqual({ Receipt: SENT });
    for (const receipt of receiptsIn([...before, ...during])) {
      expect(drawnIn(receipt)).toEqual(['common_militia']);
      expect(receipt.claim.configVersion).toBe(shownAt);
    }
    const { Receipt = 0, ...others } = outcomesOf(during);
    expect(others).toEqual(Receipt < during.length ? { TermsChanged: during.length - Receipt } : {});
    expect(outcomesOf(after)).toEqual({ TermsChanged: SENT });
    await expectMovedAsAnswered([...before, ...during, ...after]);
  });
});

it('E1 charges what the last answer showed', async () => {
  await publish(costing(300));
  const doors = await isolates();
  const players = await shownTo(PLAYERS, BUY);
  await publish(costing(450));
  /** Buys three times. What the answer shows is accepted each time. */
  const customer = async ({ playerId, terms }: Shown, index: number): Promise<readonly Sent[]> => {
    const sent: Sent[] = [];
    let shown: Pick<TermsChanged, 'terms'> & { readonly price: number } = { terms, price: 300 };
    while (receiptsIn(sent).length < 3) {
      const door = doors[(index + sent.length) % doors.length] as Door;
      const now = await send({ playerId, terms: shown.terms }, BUY, door);
      sent.push(now);
      for (const receipt of receiptsIn([now])) expect(priceOf(receipt)).toBe(shown.price);
      for (const changed of changedTermsIn([now]))
        shown = { terms: changed.terms, price: changed.costs[0]?.amount ?? 0 };
    }
    return sent;
  };
  const shop = async () => {
    for (let price = 451; price <= 460; price += 1) await publish(costing(price));
  };
  const [sent] = await Promise.all([Promise.all(players.map(customer)), shop()]);
  for (const own of sent)
    expect(outcomesOf(own)).toMatchObject({ Receipt: 3, TermsChanged: expect.any(Number) });
  await expectMovedAsAnswered(sent.flat());
});

it('E1 moves nothing for other terms', async () => {
  await publish(costing(300));
  const doors = await isolates();
  const players = await shownTo(2, BUY);
  await publish(costing(450));
  for (const { playerId, terms } of players)
    for (const door of doors)
      for (const sent of [terms, 'f'.repeat(32)]) {
        const input = { exchange: BUY, terms: sent };
        const answer = await movingNothing(playerId, () => asPlayer(playerId).exchange(input, { door }));
        expect(rejectionOf(answer, 'TermsChanged').costs).toEqual([{ resource: 'auric_coins', amount: 450 }]);
      }
});
