/** I10 on what game servers give: each granted reward of a server has one audit row with its value, and nothing else has one. */
import type { Rules } from '../model/rules.ts';
import { placeOf, type Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export function checkServers(
  tally: Tally,
  { claims, entries, serverAudit }: Rows,
  rulesOf: (version: number) => Rules | undefined,
): void {
  const audited = new Map(serverAudit.map((row) => [placeOf({ ...row, player: row.player ?? '' }), row]));
  tally.check('I10', audited.size === serverAudit.length, () => ({
    what: 'a reward of a server has two audit rows',
    player: '',
  }));
  const given = Map.groupBy(
    entries.filter(({ cause, requested }) => cause === 'operation' && requested > 0),
    placeOf,
  );
  for (const claim of claims) {
    const { actorKind, actorId, operation, outcome, player, correlationId } = claim;
    if (actorKind !== 'server' || operation !== 'manualReward' || outcome !== 'granted') continue;
    const { values = {} } = rulesOf(claim.configVersion) ?? {};
    const amount = (given.get(placeOf(claim)) ?? []).reduce(
      (sum, { resource, requested }) => sum + requested * (values[resource] ?? 0),
      0,
    );
    const due = [actorId, operation, outcome, amount, correlationId];
    const row = audited.get(placeOf(claim));
    audited.delete(placeOf(claim));
    const found = row && [row.actorId, row.action, row.outcome, row.amount, row.correlationId];
    tally.check('I10', JSON.stringify(found) === JSON.stringify(due), () => ({
      what: `the reward is ${JSON.stringify(due)}, its audit row ${JSON.stringify(found ?? null)}`,
      player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const { actorId, action, player, number } of audited.values())
    tally.check('I10', false, () => ({
      what: `an audit row says that ${actorId} made ${action} with number ${number}, which is no reward of a server`,
      player: player ?? '',
    }));
}
