/** Checks what receipts and reads show of a player against the model: level, tier, stats and every balance at that version. */
import type { Read, Receipt } from '../clients/journal.ts';
import { type Balances, levelFor, type Rules, regenerate, tierFor } from '../model/rules.ts';
import type { Timeline } from '../model/timeline.ts';
import { same, type Tally } from './tally.ts';

export function checkReceiptState(
  tally: Tally,
  { claim, player, changes, levelBefore, levelAfter, tierBefore, tierAfter }: Receipt,
  { timeline, rules, claimedAt }: { timeline: Timeline; rules: Rules; claimedAt: number },
): void {
  const { playerId, playerVersion: version } = claim;
  const before = timeline.at(playerId, version - 1) ?? {};
  const after = timeline.at(playerId, version) ?? {};
  const amount = (balances: Balances, resource: string) => balances[resource] ?? 0;
  const balances = shownBalances(timeline, rules, {
    player: playerId,
    version,
    at: claimedAt,
    moved: changes.map(({ resource }) => resource),
  });
  const expected = {
    balances: nonZero(balances),
    levels: [before, after].map((state) => levelFor(rules, amount(state, 'experience'))),
    tiers: [before, after].map((state) => tierFor(rules, amount(state, 'lifetime_points'))),
    points: amount(after, 'stat_points'),
    stats: Object.entries(rules.stats).map(([name, { base, perPoint }]) => {
      const points = amount(after, `stat:${name}`);
      return [name.toUpperCase(), points, base + perPoint * points];
    }),
  };
  const shown = {
    balances: nonZero(Object.fromEntries(player.balances.map((one) => [one.resource, one.amount]))),
    levels: [levelBefore, levelAfter],
    tiers: [tierBefore, tierAfter],
    points: player.unspentStatPoints,
    stats: player.stats.map(({ name, points, maximum }) => [name, points, maximum]),
  };
  tally.check('I6', same(shown, expected), () => ({
    what: `the receipt shows the player as ${JSON.stringify(shown)}, expected ${JSON.stringify(expected)}`,
    player: playerId,
    keys: [claim.idempotencyKey],
    claims: [claim.id],
  }));
}

/** Resources that some config of the game lets regenerate or open above 0. */
const REGENERATING: readonly string[] = ['drop_charges', 'energy', 'health'];

export function checkReads(tally: Tally, reads: readonly Read[], timeline: Timeline): void {
  for (const { player, seen } of reads) {
    if (seen.kind !== 'player') continue;
    const state = timeline.at(player, seen.version);
    // What regenerates depends on the time of the read and the isolate's config, so it is only known to be at least as much.
    const [shown, expected] = [seen.balances, state ?? {}].map((balances) =>
      nonZero(Object.fromEntries(Object.entries(balances).filter(([name]) => !REGENERATING.includes(name)))),
    );
    const hasGrown = REGENERATING.every((name) => (seen.balances[name] ?? 0) >= (state?.[name] ?? 0));
    tally.check('I12', state !== undefined && same(shown, expected) && hasGrown, () => ({
      what: `a read at version ${seen.version} showed ${JSON.stringify(seen.balances)}, expected ${JSON.stringify(state)}`,
      player,
    }));
  }
}

interface Shown {
  readonly player: string;
  readonly version: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Resources that the claim moved. Its entries include their regeneration, by the config in force at the time. */
  readonly moved?: readonly string[];
}

/** Every balance as an answer shows it: with its opening amount and regeneration. */
export function shownBalances(
  timeline: Timeline,
  { resources }: Rules,
  { player, version, at, moved = [] }: Shown,
): Balances {
  const balances = timeline.at(player, version) ?? {};
  const shown: Record<string, number> = { ...balances };
  for (const [resource, { regeneration }] of Object.entries(resources)) {
    if (!regeneration || moved.includes(resource)) continue;
    const span = { from: timeline.anchor(player, version, resource), to: at };
    const { opening, regenerated } = regenerate(regeneration, balances[resource], balances, span);
    shown[resource] = (balances[resource] ?? 0) + opening + regenerated;
  }
  return shown;
}

function nonZero(balances: Balances): Balances {
  return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
}
