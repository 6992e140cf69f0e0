/** I10 and I11 on the rows: each claim by staff has one audit row, and the amounts of a day form an exact chain. */
import type { AuditRow, Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export function checkStaff(tally: Tally, { claims, audit, staffCounters }: Rows): void {
  const byClaim = new Map(audit.map((row) => [row.claimId, row]));
  tally.check('I10', byClaim.size === audit.length, () => ({
    what: 'a claim has two audit rows',
    player: '',
  }));
  const staffClaims = new Set<string | null>();
  for (const claim of claims) {
    if (claim.actorKind !== 'staff') continue;
    staffClaims.add(claim.id);
    const row = byClaim.get(claim.id);
    const audited = row && [row.actorId, row.action, row.outcome, row.player, row.correlationId];
    const done = [claim.actorId, claim.operation, claim.outcome, claim.player, claim.correlationId];
    tally.check('I10', JSON.stringify(audited) === JSON.stringify(done), () => ({
      what: `the claim is ${JSON.stringify(done)}, its audit row ${JSON.stringify(audited ?? null)}`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
  }
  for (const row of audit)
    tally.check('I10', staffClaims.has(row.claimId), () => ({
      what: `an audit row names claim ${row.claimId}, which is not by staff`,
      player: row.player ?? '',
      claims: [row.claimId ?? ''],
    }));
  const counters = new Map(staffCounters.map((row) => [`${row.staff} on ${row.day}`, row]));
  const granted = audit.filter(({ outcome }) => outcome === 'granted');
  for (const [day, rows] of Map.groupBy(granted, (row) => `${row.actorId} on ${row.day}`))
    checkDay(tally, day, rows, counters.get(day) ?? { spent: 0, awards: 0 });
}

/** Paying an announced reward and reversing a claim are not awards. */
export const isAward = ({ action }: AuditRow): boolean =>
  action !== 'recoverReward' && action !== 'reverseClaim';

/** Each award found what the awards before it had spent. Awards of 0 may be anywhere among rows with the same amount. */
function checkDay(
  tally: Tally,
  day: string,
  rows: readonly AuditRow[],
  { spent, awards }: { spent: number; awards: number },
): void {
  let sum = 0;
  for (const row of rows.toSorted((a, b) => a.spentBefore - b.spentBefore || a.amount - b.amount)) {
    tally.check('I11', row.spentBefore === sum, () => ({
      what: `${day}: an award of ${row.amount} found ${row.spentBefore} spent, it was ${sum}`,
      player: row.player ?? '',
      claims: [row.claimId ?? ''],
    }));
    sum = row.spentBefore + row.amount;
  }
  const total = rows.reduce((all, { amount }) => all + amount, 0);
  const made = rows.filter(isAward).length;
  tally.check('I11', total === spent && made === awards, () => ({
    what: `${day}: ${made} awards of ${total}, but the counters have ${awards} awards of ${spent}`,
    player: rows[0]?.player ?? '',
  }));
}
