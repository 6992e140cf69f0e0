import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type CallOptions,
  type Client,
  receiptOf,
  resultOf,
} from '../../support/worker/client.ts';
import { startIsolate, startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { countRequests, countSent } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { LedgerEntry, Queries, Receipt, Tier } from '../../support/worker/schema-types.ts';
import { fresh, send, serverToken } from '../../support/worker/service.ts';

beforeEach(() => publish(changedExample(() => {})));

interface EntriesOptions extends CallOptions {
  readonly reader?: Client;
}
/** A page of the ledger entries, by default the newest hundred as a server sees them. */
async function entries(
  playerId: string,
  page: Omit<Queries['ledger']['input'], 'playerId'> = { first: 100 },
  { reader = asServer(), ...options }: EntriesOptions = {},
): Promise<LedgerEntry[]> {
  const { edges } = resultOf(await reader.ledger({ playerId, ...page }, options));
  return edges.map(({ node }) => node);
}

interface Slip {
  readonly minutes: number;
  readonly average_bet: number;
}
/** A hundred loyalty points and lifetime points by the example config; the bet is in cents. */
const SMALL: Slip = { minutes: 60, average_bet: 10_000 };
/** Six hundred points. */
const BIG: Slip = { minutes: 60, average_bet: 60_000 };
const closeSlip = async (playerId: string, key: string, facts: Slip = SMALL) =>
  receiptOf(await asServer('pit-1').claimReward({ type: 'rating_slip', playerId, key, facts: { ...facts } }));

const tiersOf = (entry: LedgerEntry) => ({
  tierBefore: entry.tierBefore,
  tierAfter: entry.tierAfter,
  lifetimePointsBefore: entry.lifetimePointsBefore,
  lifetimePointsAfter: entry.lifetimePointsAfter,
  nextTier: entry.nextTier,
});

/** The same values, from the receipt of the claim. */
function tiersOfReceipt({ tierBefore, tierAfter, player, changes }: Receipt): ReturnType<typeof tiersOf> {
  const { lifetimePoints, next } = player.tier as Tier;
  const gained = changes
    .filter(({ resource }) => resource === 'lifetime_points')
    .reduce((sum, { delta }) => sum + delta, 0);
  return {
    tierBefore,
    tierAfter,
    lifetimePointsBefore: lifetimePoints - gained,
    lifetimePointsAfter: lifetimePoints,
    nextTier: next,
  };
}

describe('tiers in the ledger', () => {
  it('the tiers of an entry are those of the receipt, on every entry of its claim, whatever the entry moved', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const receipts = [await closeSlip(playerId, 's-1', BIG), await closeSlip(playerId, 's-2', BIG)];
    const grants = [{ resource: 'loyalty_points', amount: 7 }];
    const reason = 'counted twice';
    receipts.push(receiptOf(await staff.manualReward({ playerId, grants, reason })));
    const claimId = receipts[1]?.claim.id ?? '';
    const reversal = { playerId, claimId, reason, ifInsufficient: 'DEBT' } as const;
    receipts.push(receiptOf(await staff.reverseClaim(reversal)));
    expect(receipts.map(({ tierBefore, tierAfter }) => [tierBefore, tierAfter])).toEqual([
      ['Bronze', 'Bronze'],
      ['Bronze', 'Silver'],
      ['Silver', 'Silver'],
      ['Silver', 'Bronze'],
    ]);
    const all = await entries(playerId);
    for (const receipt of receipts) {
      const own = all.filter(({ claim }) => claim.id === receipt.claim.id);
      expect(own).toHaveLength(receipt.changes.length);
      for (const entry of own) expect(tiersOf(entry)).toEqual(tiersOfReceipt(receipt));
    }
    // The same on any page, even if it does not contain the entries of the lifetime points.
    const loyalty = all.filter(({ resource }) => resource === 'loyalty_points');
    expect(await entries(playerId, { first: 100, filter: { resource: 'loyalty_points' } })).toEqual(loyalty);
    expect(await entries(playerId, { last: 3 })).toEqual(all.slice(-3));
    expect(await entries(playerId, { first: 1 })).toEqual(all.slice(0, 1));
    const seen = await entries(playerId, { first: 100 }, { reader: asPlayer(playerId) });
    // Players see less of a claim of staff.
    const withClaimId = ({ claim, ...entry }: LedgerEntry) => ({ ...entry, claim: claim.id });
    expect(seen.map(withClaimId)).toEqual(all.map(withClaimId));
  });

  it("the tiers of an entry are computed under the config of the entry's claim, whatever the tiers are now", async () => {
    const playerId = fresh('player');
    const receipts: Receipt[] = [];
    for (let index = 0; index < 12; index += 1) {
      await publish(
        changedExample(({ tiers }) => {
          tiers.list = [
            { name: index % 2 ? `Iron ${index}` : `Opal ${index}`, from: 50 * index },
            { name: 'Beyond', from: 10_000 + index },
          ];
        }),
      );
      receipts.push(await closeSlip(playerId, `slip-${index}`));
    }
    // Another resource decides the tier of the last claim.
    await publish(
      changedExample((document) => {
        document.tiers.resource = 'loyalty_points';
        document.tiers.list = [{ name: 'Other', from: 0 }];
      }),
    );
    const last = await closeSlip(playerId, 'slip-12');
    expect(last).toMatchObject({ tierBefore: 'Other', tierAfter: 'Other' });
    const all = await entries(playerId, { first: 100 }, { door: startIsolate() });
    expect(all).toHaveLength(39);
    expect(new Set(all.map(({ claim }) => claim.configVersion)).size).toBe(13);
    for (const receipt of receipts)
      for (const entry of all.filter(({ claim }) => claim.id === receipt.claim.id))
        expect(tiersOf(entry)).toEqual(tiersOfReceipt(receipt));
    expect(tiersOf(all[0] as LedgerEntry)).toEqual({
      tierBefore: 'Other',
      tierAfter: 'Other',
      lifetimePointsBefore: 1_200,
      lifetimePointsAfter: 1_300,
      nextTier: null,
    });
  });

  it("the recipient's entry of a transfer has the recipient's tiers", async () => {
    const [sender, recipient] = [fresh('player'), fresh('player')];
    await closeSlip(sender, 's-1', { minutes: 60, average_bet: 500_000 });
    receiptOf(await asServer().claimReward({ type: 'daily_quest', playerId: sender }));
    await closeSlip(recipient, 's-1');
    const transfer = { toPlayerId: recipient, resource: 'lumees', amount: 20 };
    const receipt = receiptOf(await asPlayer(sender).transferResource(transfer));
    const filter = { resource: 'lumees' };
    const [sent] = await entries(sender, { first: 100, filter });
    const [received] = await entries(recipient, { first: 100, filter });
    if (!sent || !received) throw new Error('The transfer has no entries.');
    expect(sent.claim.id).toBe(receipt.claim.id);
    expect(received.claim).toMatchObject({ type: 'transfer', playerId: sender, counterpartyId: recipient });
    expect(tiersOf(sent)).toEqual(tiersOfReceipt(receipt));
    expect(sent.tierAfter).toBe('Gold');
    expect(tiersOf(received)).toEqual({
      tierBefore: 'Bronze',
      tierAfter: 'Bronze',
      lifetimePointsBefore: 100,
      lifetimePointsAfter: 100,
      nextTier: { name: 'Silver', from: 1_000, missing: 900 },
    });
  });

  it('the tiers of a hundred entries under many configs are read in one request, without any config loaded', async () => {
    const playerId = fresh('player');
    for (let index = 0; index < 10; index += 1) {
      await publish(
        changedExample(({ tiers }) => {
          tiers.list[1].from = 1_000 + index;
        }),
      );
      await Promise.all([0, 1, 2, 3].map((slip) => closeSlip(playerId, `slip-${index}-${slip}`)));
    }
    for (const door of [startIsolate(), startWithoutConfig()]) {
      let page: LedgerEntry[] = [];
      const requests = await countRequests(playerId, async () => {
        page = await entries(playerId, { first: 100 }, { door });
      });
      expect(requests).toBe(1);
      expect(page).toHaveLength(100);
      expect(page[0]).toMatchObject({ lifetimePointsBefore: 3_900, lifetimePointsAfter: 4_000 });
    }
  });

  it('tiers are read only if the query selects them, directly or through fragments', async () => {
    const playerId = fresh('player');
    await closeSlip(playerId, 's-1');
    const token = await serverToken();
    const configReads = (selection: string, fragments = '') =>
      countSent([playerId, 'balance_configs'], async () => {
        const query = `query($id: PlayerId!) { ledger(playerId: $id) { edges { ${selection} } } } ${fragments}`;
        const { errors } = await send(query, { id: playerId }, { token, door: startWithoutConfig() });
        expect(errors).toBeUndefined();
      });
    expect(await configReads('node { resource claim { id } }')).toBe(0);
    const fragments = `fragment edge on QueryLedgerConnectionEdge { node { ... on LedgerEntry { ...tiers } } }
      fragment tiers on LedgerEntry { tierAfter }`;
    expect(await configReads('node { nextTier { missing } }')).toBe(1);
    expect(await configReads('node { points: lifetimePointsAfter }')).toBe(1);
    expect(await configReads('...edge', fragments)).toBe(1);
  });
});
