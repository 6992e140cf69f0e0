/** What receipts and reads say of a player, against the model's balances at that version: level, tier, stats, every amount. */
import type { ReadSeen, ReceiptSeen } from '../clients/journal.ts';
import { same, type Tally } from '../invariants/finding.ts';
import { grown } from './accrual.ts';
import type { Balances } from './effect.ts';
import { levelFor, type Rules, tierFor } from './rules.ts';
import type { Timeline } from './timeline.ts';

export function judgeReceiptState(
  tally: Tally,
  { claim, player, changes, levelBefore, levelAfter, tierBefore, tierAfter }: ReceiptSeen,
  { timeline, rules, claimedAt }: { timeline: Timeline; rules: Rules; claimedAt: number },
): void {
  const before = timeline.at(claim.playerId, claim.playerVersion - 1) ?? {};
  const after = timeline.at(claim.playerId, claim.playerVersion) ?? {};
  const of = (balances: Balances, resource: string) => balances[resource] ?? 0;
  const expected = {
    balances: nonZero(
      shownBalances(timeline, rules, {
        player: claim.playerId,
        version: claim.playerVersion,
        at: claimedAt,
        settled: changes.map(({ resource }) => resource),
      }),
    ),
    levels: [levelFor(rules, of(before, 'experience')), levelFor(rules, of(after, 'experience'))],
    tiers: [tierFor(rules, of(before, 'lifetime_points')), tierFor(rules, of(after, 'lifetime_points'))],
    points: of(after, 'stat_points'),
    stats: Object.entries(rules.stats).map(([name, { base, perPoint }]) => {
      const points = of(after, `stat:${name}`);
      return [name.toUpperCase(), points, base + perPoint * points];
    }),
  };
  const told = {
    balances: nonZero(Object.fromEntries(player.balances.map(({ resource, amount }) => [resource, amount]))),
    levels: [levelBefore, levelAfter],
    tiers: [tierBefore, tierAfter],
    points: player.unspentStatPoints,
    stats: player.stats.map(({ name, points, maximum }) => [name, points, maximum]),
  };
  tally.check('I6', same(told, expected), () => ({
    what: `the receipt has the player as ${JSON.stringify(told)}, and they were ${JSON.stringify(expected)}`,
    player: claim.playerId,
    keys: [claim.idempotencyKey],
    claims: [claim.id],
  }));
}

export function judgeReads(tally: Tally, reads: readonly ReadSeen[], timeline: Timeline): void {
  for (const { player, seen } of reads) {
    if (seen.kind !== 'player') continue;
    const state = timeline.at(player, seen.version);
    // What grows with time follows from the moment, and from the numbers that the isolate had.
    const [shown, kept] = [seen.balances, state ?? {}].map((balances) =>
      nonZero(Object.fromEntries(Object.entries(balances).filter(([name]) => !GROWING.includes(name)))),
    );
    const grew = GROWING.every((name) => (seen.balances[name] ?? 0) >= (state?.[name] ?? 0));
    tally.check('I12', state !== undefined && same(shown, kept) && grew, () => ({
      what: `a read showed ${JSON.stringify(seen.balances)} at version ${seen.version}, where it was ${JSON.stringify(state)}`,
      player,
    }));
  }
}

const GROWING: readonly string[] = ['drop_charges', 'energy', 'health'];

/** Every balance as it is shown at that moment: with what it begins with, and what time has brought. */
export function shownBalances(
  timeline: Timeline,
  { resources }: Rules,
  {
    player,
    version,
    at,
    settled = [],
  }: {
    player: string;
    version: number;
    at: number;
    /** What the claim itself has moved is reckoned up to its moment, by the numbers of today. */
    settled?: readonly string[];
  },
): Balances {
  const balances = timeline.at(player, version) ?? {};
  const shown: Record<string, number> = { ...balances };
  for (const [resource, { accrual }] of Object.entries(resources)) {
    if (!accrual || settled.includes(resource)) continue;
    const span = { from: timeline.anchor(player, version, resource), to: at };
    const { opening, regenerated } = grown(accrual, balances[resource], balances, span);
    shown[resource] = (balances[resource] ?? 0) + opening + regenerated;
  }
  return shown;
}

function nonZero(balances: Balances): Balances {
  return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
}
