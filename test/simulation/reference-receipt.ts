/** The receipt of a claim of the reference service, as a server sees it. */
import type { Receipt } from '../../simulation/clients/journal.ts';
import type { ClaimRow, EntryRow } from '../../simulation/invariants/rows.ts';
import { type Balances, levelFor, type Rules, statsByName, tierFor } from '../../simulation/model/rules.ts';
import type { Timeline } from '../../simulation/model/timeline.ts';

interface Recorded {
  readonly claim: ClaimRow;
  /** The player's number that the claim made. */
  readonly number: number;
  readonly entries: readonly EntryRow[];
  /** The player's balances before the claim. */
  readonly before: Balances;
  readonly timeline: Timeline;
}

export function referenceReceipt(
  { claim, number, entries, before, timeline }: Recorded,
  rules: Rules,
): Receipt {
  const { player, version, counterparty } = claim;
  const after = timeline.at(player, number) ?? {};
  const amount = (balances: Balances, resource: string) => balances[resource] ?? 0;
  const changes = entries.map((entry) => ({ ...entry, cause: entry.cause.toUpperCase() }));
  const level = levelFor(rules, amount(after, 'experience'));
  return {
    replayed: false,
    correlationId: claim.correlationId,
    levelBefore: levelFor(rules, amount(before, 'experience')),
    levelAfter: level,
    tierBefore: tierFor(rules, amount(before, 'lifetime_points')),
    tierAfter: tierFor(rules, amount(after, 'lifetime_points')),
    claim: {
      ...claim,
      playerId: player,
      actorKind: claim.actorKind.toUpperCase(),
      playerVersion: version,
      claimedAt: '',
      reason: null,
      counterpartyId: counterparty?.player ?? null,
    },
    changes: changes.filter((change) => change.player === player),
    counterpartyChanges: counterparty && changes.filter((change) => change.player === counterparty.player),
    player: {
      version,
      level,
      unspentStatPoints: amount(after, 'stat_points'),
      balances: [
        ...new Set(changes.filter((change) => change.player === player).map(({ resource }) => resource)),
      ].map((resource) => ({ resource, amount: amount(after, resource) })),
      stats: statsByName(rules).map(([name, { base, perPoint }]) => {
        const points = amount(after, `stat:${name}`);
        return { name, points, maximum: base + perPoint * points };
      }),
      tier: { name: null },
    },
  };
}
