/** terms: a client acts at the price and the odds that a preview showed. After a change nothing moves, and it gets the new ones. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  type Client,
  call,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../support/worker/fault-answers.ts';
import { ledgerState } from '../support/worker/ledger-state.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { playerWith } from '../support/worker/players.ts';
import type { ExchangeInput, TermsChanged } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

const BUY = { exchange: 'buy_summon_token' } as const;
const publishPrice = (auric_coins: number, change: (document: Document) => void = () => {}) =>
  publish(
    changedExample((document) => {
      document.exchanges.buy_summon_token.costs = { auric_coins };
      change(document);
    }),
  );
/** What the player is shown. */
const shown = async (playerId: string, input: Omit<ExchangeInput, 'idempotencyKey'> = BUY) =>
  resultAs(await asPlayer(playerId).previewExchange(input), 'ExchangePreview');
const buy = (playerId: string, input: object) => asPlayer(playerId).exchange({ ...BUY, ...input });
const NONE = 'f'.repeat(32);

describe('an exchange whose price changed after its preview', () => {
  it('charges the new price where the client sends only the version of the player that it saw', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { playerVersion: expectedVersion, changes } = await shown(playerId);
    expect(changes[0]?.delta).toBe(-300);
    await publishPrice(450);
    const receipt = receiptOf(await buy(playerId, { expectedVersion }));
    expect(receipt.changes[0]).toMatchObject({ resource: 'auric_coins', delta: -450 });
  });

  it('is refused where the client sends the terms that it showed: nothing moves, and the answer has the new price', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { terms } = await shown(playerId);
    await publishPrice(450);
    const answer = await movingNothing(playerId, () => buy(playerId, { terms }));
    const changed = rejectionOf(answer, 'TermsChanged');
    expect(changed).toMatchObject({
      code: 'TERMS_CHANGED',
      terms: (await shown(playerId)).terms,
      costs: [{ resource: 'auric_coins', amount: 450 }],
      gives: [{ resource: 'summon_tokens', amount: 1 }],
      message: expect.stringMatching(/450 auric_coins.*new key/),
    });
    expect(changed.terms).not.toBe(terms);
  });

  it('stays refused under its key when the old price is back, and is charged under a new key that accepts the new one', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { terms } = await shown(playerId);
    const idempotencyKey = freshKey();
    await publishPrice(450);
    const refused = rejectionOf(await buy(playerId, { terms, idempotencyKey }), 'TermsChanged');
    const accepted = await buy(playerId, { terms: refused.terms });
    expect(receiptOf(accepted).changes[0]?.delta).toBe(-450);
    await publishPrice(300);
    const again = await writingNothing(playerId, () => buy(playerId, { terms, idempotencyKey }));
    expect(resultOf(again)).toEqual(refused);
    expect(receiptOf(await buy(playerId, { terms })).changes[0]?.delta).toBe(-300);
  });

  it('pays none of 32 simultaneous requests with the old terms, and one for each key with the new ones', async () => {
    const { playerId } = await playerWith({ auric_coins: 10_000 });
    const old = (await shown(playerId)).terms;
    await publishPrice(450);
    const { terms } = await shown(playerId);
    const results = await atOnce(32, (index) => buy(playerId, { terms: index % 4 === 0 ? terms : old }));
    expect(tally(results.map(resultOf))).toEqual({ Receipt: 8, TermsChanged: 24 });
    expect((await ledgerState(playerId)).balances).toMatchObject({ auric_coins: 10_064 - 8 * 450 });
  });
});

describe('the terms of an exchange', () => {
  it('hold for the quantity that was shown', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { terms } = await shown(playerId, { ...BUY, quantity: 2 });
    const answer = await movingNothing(playerId, () => buy(playerId, { terms, quantity: 3 }));
    expect(rejectionOf(answer, 'TermsChanged').costs).toEqual([{ resource: 'auric_coins', amount: 900 }]);
    receiptOf(await buy(playerId, { terms, quantity: 2 }));
  });

  it('change with the weights of its draws and the guarantee', async () => {
    const { playerId } = await playerWith({ summon_tokens: 2 });
    const { terms } = await shown(playerId, { exchange: 'summon' });
    const changes: readonly ((document: Document) => void)[] = [
      ({ drawTables }) => (drawTables.summons.outcomes.common_archer.weight -= 1),
      ({ drawTables }) => (drawTables.summons.guarantees[0].after += 1),
    ];
    for (const change of changes) {
      await publish(changedExample(change));
      const answer = await movingNothing(playerId, () => buy(playerId, { exchange: 'summon', terms }));
      expect(rejectionOf(answer, 'TermsChanged')).toMatchObject({
        costs: [{ resource: 'summon_tokens', amount: 1 }],
        gives: [],
      });
    }
  });

  it('hold after a publication that changes descriptions, limits and other exchanges, and after the player changed', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000, summon_tokens: 3 });
    const summon = await shown(playerId, { exchange: 'summon' });
    const { terms } = await shown(playerId);
    await publish(
      changedExample(({ exchanges, resources }) => {
        exchanges.buy_summon_token.description = 'Now with a text.';
        exchanges.buy_summon_token.perDay = 19;
        exchanges.drop.gives.auric_coins = 6;
        resources.summon_tokens.ceiling = 1_000_000;
      }),
    );
    expect(receiptOf(await buy(playerId, { terms })).changes[0]?.delta).toBe(-300);
    // The draw raises the counter of the guarantee.
    for (const _ of [1, 2]) receiptOf(await buy(playerId, { exchange: 'summon', terms: summon.terms }));
  });

  it('belong to the input of a key', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { terms } = await shown(playerId);
    const input = { terms, idempotencyKey: freshKey() };
    const receipt = receiptOf(await buy(playerId, input));
    for (const other of [NONE, null]) {
      const reused = await writingNothing(playerId, () => buy(playerId, { ...input, terms: other }));
      expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['terms']);
    }
    await publishPrice(450);
    expect(receiptOf(await buy(playerId, input))).toEqual({ ...receipt, replayed: true });
  });

  it('are checked by a preview, which writes nothing', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const { terms } = await shown(playerId);
    expect((await shown(playerId, { ...BUY, terms })).terms).toBe(terms);
    await publishPrice(450);
    const input = { ...BUY, terms };
    const answer = await writingNothing(playerId, () => asPlayer(playerId).previewExchange(input));
    rejectionOf(answer, 'TermsChanged');
  });

  it('that no config has had are TermsChanged, and malformed ones name the field and the bound', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 1_000 });
    rejectionOf(await movingNothing(playerId, () => buy(playerId, { terms: NONE })), 'TermsChanged');
    for (const terms of ['', NONE.slice(1), `${NONE}f`, NONE.toUpperCase(), 7]) {
      const answer = await withoutDatabase(playerId, () =>
        call('exchange', { ...BUY, idempotencyKey: freshKey(), terms }, { token }),
      );
      expect(onlyError(answer)).toMatchObject({
        message: expect.stringMatching(/must be 32 characters of 0–9 a–f/),
        extensions: { code: 'BAD_USER_INPUT', field: 'input.terms' },
      });
    }
  });
});

describe('the terms of a claim', () => {
  const claim = (playerId: string, over: object = {}, client: Client = asServer()) =>
    client.claimReward({ ...VICTORY, playerId, key: 'enc-1', ...over });
  const previewOf = async (playerId: string) =>
    resultAs(await asServer().previewClaim({ ...VICTORY, playerId, key: 'enc-1' }), 'ClaimPreview');
  const publishVictory = (lumees: number) =>
    publish(
      changedExample(({ claimTypes }) => {
        claimTypes.pve_victory.rewards.lumees = lumees;
      }),
    );

  it('are refused where the reward changed: nothing moves, and the claim can be made with the new terms', async () => {
    const playerId = fresh('player');
    const { terms } = await previewOf(playerId);
    await publishVictory(12);
    const refused = await movingNothing(playerId, () => claim(playerId, { terms }));
    const changed: TermsChanged = rejectionOf(refused, 'TermsChanged');
    expect(changed).toMatchObject({
      costs: [],
      gives: [
        { resource: 'experience', amount: 55 },
        { resource: 'lumees', amount: 12 },
      ],
    });
    const { changes } = receiptOf(await claim(playerId, { terms: changed.terms }));
    expect(changes).toContainEqual(expect.objectContaining({ resource: 'lumees', delta: 12 }));
  });

  it('say nothing about a claim that was made before: it is AlreadyClaimed whatever they are', async () => {
    const playerId = fresh('player');
    const { terms } = await previewOf(playerId);
    receiptOf(await claim(playerId, { terms }));
    await publishVictory(12);
    for (const sent of [terms, NONE])
      rejectionOf(await movingNothing(playerId, () => claim(playerId, { terms: sent })), 'AlreadyClaimed');
  });

  it('do not keep an announced reward from being paid as announced, after the config changed and with any terms', async () => {
    const playerId = fresh('player');
    const version = (await announce(playerId, 'enc-1')).claim.configVersion;
    const { terms } = await previewOf(playerId);
    const current = await publishVictory(12);
    const paid = receiptOf(await claim(playerId, { terms }));
    expect(paid.claim).toMatchObject({ configVersion: current, amountsVersion: version });
    expect(paid.changes).toContainEqual(expect.objectContaining({ resource: 'lumees', delta: 80 }));
    expect(await pendingKeys(playerId)).toEqual([]);
    rejectionOf(
      await movingNothing(playerId, () => claim(playerId, { terms, key: 'enc-2' })),
      'TermsChanged',
    );
  });
});
