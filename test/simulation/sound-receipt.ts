/** The receipt of a sound claim, as a server is shown it: what was recorded, and what it meant under the rules. */
import type { ReceiptSeen } from '../../simulation/clients/journal.ts';
import type { ClaimRow, EntryRow } from '../../simulation/invariants/rows.ts';
import type { Balances } from '../../simulation/model/effect.ts';
import { shownBalances } from '../../simulation/model/receipts.ts';
import { levelFor, type Rules, tierFor } from '../../simulation/model/rules.ts';
import type { Timeline } from '../../simulation/model/timeline.ts';

interface Recorded {
  readonly claim: ClaimRow;
  readonly entries: readonly EntryRow[];
  /** The player's balances before the claim. */
  readonly before: Balances;
  readonly timeline: Timeline;
}

export function soundReceipt({ claim, entries, before, timeline }: Recorded, rules: Rules): ReceiptSeen {
  const { player, version, counterparty } = claim;
  const after = timeline.at(player, version) ?? {};
  const shown = shownBalances(timeline, rules, { player, version, at: 0 });
  const of = (state: Balances, resource: string) => state[resource] ?? 0;
  const changes = entries.map((entry) => ({ ...entry, cause: entry.cause.toUpperCase() }));
  return {
    replayed: false,
    correlationId: claim.correlationId,
    levelBefore: levelFor(rules, of(before, 'experience')),
    levelAfter: levelFor(rules, of(after, 'experience')),
    tierBefore: tierFor(rules, of(before, 'lifetime_points')),
    tierAfter: tierFor(rules, of(after, 'lifetime_points')),
    claim: {
      ...claim,
      playerId: player,
      actorKind: claim.actorKind.toUpperCase(),
      playerVersion: version,
      claimedAt: '',
      counterpartyId: counterparty?.player ?? null,
    },
    changes: changes.filter((change) => change.player === player),
    counterpartyChanges: counterparty && changes.filter((change) => change.player === counterparty.player),
    player: {
      version,
      level: levelFor(rules, of(after, 'experience')),
      unspentStatPoints: of(after, 'stat_points'),
      balances: Object.entries(shown).map(([resource, amount]) => ({ resource, amount })),
      stats: Object.entries(rules.stats).map(([name, { base, perPoint }]) => {
        const points = of(after, `stat:${name}`);
        return { name: name.toUpperCase(), points, maximum: base + perPoint * points };
      }),
      tier: { name: null },
    },
  };
}
