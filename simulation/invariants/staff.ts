/** I10 and I11 over the rows: claims by staff and audit rows are one to one, and each day's budget is an exact chain. */
import type { Tally } from './finding.ts';
import type { AuditRow, Rows } from './rows.ts';

export function judgeStaff(tally: Tally, { claims, audit, budgets }: Rows): void {
  const byClaim = new Map(audit.map((row) => [row.claimId, row]));
  tally.check('I10', byClaim.size === audit.length, () => ({
    what: 'two audit rows for one claim',
    player: '',
  }));
  const known = new Set<string | null>();
  for (const claim of claims) {
    if (claim.actorKind !== 'staff') continue;
    known.add(claim.id);
    const row = byClaim.get(claim.id);
    const told = row && [row.actorId, row.action, row.outcome, row.player, row.correlationId];
    const done = [claim.actorId, claim.operation, claim.outcome, claim.player, claim.correlationId];
    tally.check('I10', JSON.stringify(told) === JSON.stringify(done), () => ({
      what: `audited as ${JSON.stringify(told ?? null)}, done was ${JSON.stringify(done)}`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const row of audit)
    tally.check('I10', known.has(row.claimId), () => ({
      what: `an audit row for claim ${row.claimId}, which is not staff's`,
      player: row.player ?? '',
      claims: [row.claimId ?? ''],
    }));
  const book = new Map(budgets.map((row) => [`${row.staff} on ${row.day}`, row]));
  const granted = audit.filter(({ outcome }) => outcome === 'granted');
  for (const [name, rows] of Map.groupBy(granted, ({ actorId, day }) => `${actorId} on ${day}`))
    judgeDay(tally, name, rows, book.get(name) ?? { spent: 0, awards: 0 });
}

/** To pay what a server announced is no award, nor is taking back. */
export const isAward = ({ action }: AuditRow): boolean =>
  action !== 'recoverReward' && action !== 'reverseClaim';

/** What each award found spent is what those before it came to. Awards of nothing may stand anywhere among their equals. */
function judgeDay(
  tally: Tally,
  name: string,
  rows: readonly AuditRow[],
  { spent, awards }: { spent: number; awards: number },
): void {
  let sum = 0;
  for (const row of rows.toSorted((a, b) => a.spentBefore - b.spentBefore || a.amount - b.amount)) {
    tally.check('I11', row.spentBefore === sum, () => ({
      what: `${name}: an award of ${row.amount} found ${row.spentBefore} spent, and it was ${sum}`,
      player: row.player ?? '',
      claims: [row.claimId ?? ''],
    }));
    sum = row.spentBefore + row.amount;
  }
  const total = rows.reduce((all, { amount }) => all + amount, 0);
  const made = rows.filter(isAward).length;
  tally.check('I11', total === spent && made === awards, () => ({
    what: `${name}: ${made} awards of ${total}, ${awards} of ${spent} in the day's book`,
    player: rows[0]?.player ?? '',
  }));
}
