/** Checks what receipts and reads show of a player against the model: level, tier, stats and balances. */
import type { Read, Receipt } from '../clients/journal.ts';
import { PROGRESS } from '../game/progress.ts';
import { type Balances, levelFor, type Rules, statsByName, tierFor } from '../model/rules.ts';
import type { Timeline } from '../model/timeline.ts';
import { same, type Tally } from './tally.ts';

/** `number`: the player's number that the claim made. */
export function checkReceiptState(
  tally: Tally,
  { claim, player, changes, levelBefore, levelAfter, tierBefore, tierAfter }: Receipt,
  { timeline, rules, number }: { timeline: Timeline; rules: Rules; number: number },
): void {
  const { playerId } = claim;
  const before = timeline.at(playerId, number - 1) ?? {};
  const after = timeline.at(playerId, number) ?? {};
  const amount = (balances: Balances, resource: string) => balances[resource] ?? 0;
  const expected = {
    // A receipt shows the balances that the claim moved, and no others.
    balances: Object.fromEntries(changes.map(({ resource }) => [resource, amount(after, resource)])),
    levels: [before, after].map((state) => levelFor(rules, amount(state, 'experience'))),
    tiers: [before, after].map((state) => tierFor(rules, amount(state, 'lifetime_points'))),
    points: amount(after, 'stat_points'),
    stats: statsByName(rules).map(([name, { base, perPoint }]) => {
      const points = amount(after, `stat:${name}`);
      return [name, points, base + perPoint * points];
    }),
  };
  const shown = {
    balances: Object.fromEntries(player.balances.map((one) => [one.resource, one.amount])),
    levels: [levelBefore, levelAfter],
    tiers: [tierBefore, tierAfter],
    points: player.unspentStatPoints,
    stats: player.stats.map(({ name, points, maximum }) => [name, points, maximum]),
  };
  tally.check('I6', same(shown, expected), () => ({
    what: `the receipt shows the player as ${JSON.stringify(shown)}, expected ${JSON.stringify(expected)}`,
    player: playerId,
    keys: claim.idempotencyKey === null ? [] : [claim.idempotencyKey],
    claims: [claim.id],
  }));
}

/** Resources that some config of the game lets regenerate or open above 0. */
const REGENERATING: readonly string[] = ['drop_charges', 'energy', 'health'];
const BY_TIME: readonly string[] = [...REGENERATING, ...PROGRESS];

/** A read shows the version and not the number, so the player may have been at any number of that version. */
export function checkReads(tally: Tally, reads: readonly Read[], timeline: Timeline): void {
  for (const { player, acknowledgedNumber, acknowledgedConfig, seen } of reads) {
    if (seen.kind === 'screen')
      tally.check('I12', seen.configVersion >= acknowledgedConfig, () => ({
        what: `a screen showed config ${seen.configVersion} after ${acknowledgedConfig} was published`,
        player,
      }));
    if (seen.kind !== 'player') continue;
    const { version, balances } = seen;
    const span = { version, time: null, least: acknowledgedNumber };
    const states = [...timeline.numbersAt(player, span)].map((number) => timeline.at(player, number) ?? {});
    tally.check(
      'I12',
      states.some((state) => mayShow(balances, state)),
      () => ({
        what: `a read at version ${version} showed ${JSON.stringify(balances)}, expected ${JSON.stringify(states)}`,
        player,
      }),
    );
  }
}

/** What regenerates depends on the time of the read, so it is only known to be at least as much. */
function mayShow(shown: Balances, state: Balances): boolean {
  const [fixed, expected] = [shown, state].map((balances) =>
    Object.fromEntries(
      Object.entries(balances).filter(([name, amount]) => amount !== 0 && !BY_TIME.includes(name)),
    ),
  );
  // A counter whose period is over shows 0.
  const counts = PROGRESS.every((name) => [0, undefined, state[name]].includes(shown[name]));
  return (
    same(fixed, expected) && counts && REGENERATING.every((name) => (shown[name] ?? 0) >= (state[name] ?? 0))
  );
}
