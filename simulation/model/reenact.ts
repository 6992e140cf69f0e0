/**
 * Does everything again, claim by claim, in the order that the players' versions give, and compares: what each claim moved,
 * each "no" and what it said, each receipt's level and tier, each read. The order is the ledger's, the numbers are the model's.
 */
import type { Attempt } from '../clients/journal.ts';
import type { Tally } from '../invariants/finding.ts';
import { keyOf } from '../invariants/observer.ts';
import type { AuditRow } from '../invariants/rows.ts';
import { isAward } from '../invariants/staff.ts';
import { compareGrant, compareRejection } from './compare.ts';
import { compareBooks } from './compare-books.ts';
import type { History, Recorded, Stage } from './history.ts';
import { judgeReads } from './receipts.ts';
import { Timeline } from './timeline.ts';

export function reenact(tally: Tally, history: History): void {
  const { players, audit, configs } = history.rows;
  const timeline = new Timeline(new Map(players.map(({ id, createdAt }) => [id, createdAt])));
  const stage: Stage = {
    timeline,
    audit: new Map(audit.map((row) => [row.claimId, row])),
    awardsBefore: awardsBefore(audit),
    published: configs.flatMap(({ version }) => history.rulesOf(version) ?? []),
  };
  const recorded = recordedClaims(tally, history);
  const of = (outcome: string) => recorded.filter(({ claim }) => claim.outcome === outcome);
  for (const one of inOrder(tally, of('granted'))) compareGrant(tally, history, one, stage);
  for (const one of of('rejected')) compareRejection(tally, history, one, stage);
  compareBooks(tally, history, timeline);
  judgeReads(tally, history.reads, timeline);
}

function recordedClaims(tally: Tally, { attempts, rows }: History): Recorded[] {
  const byKey = Map.groupBy(attempts, keyOf);
  const entries = Map.groupBy(rows.entries, ({ claimId }) => claimId);
  const recorders = new Map(attempts.map((attempt) => [attempt.correlationId, attempt]));
  return rows.claims.flatMap((claim) => {
    const sent = byKey.get(`${claim.player}\n${claim.idempotencyKey}`) ?? [];
    const attempt = sent.find(hasOutcome);
    tally.check('I7', attempt !== undefined, () => ({
      what: `a claim under key ${claim.idempotencyKey} that nobody was ever told of`,
      player: claim.player,
      keys: [claim.idempotencyKey],
      claims: [claim.id],
    }));
    if (!attempt) return [];
    const own = entries.get(claim.id) ?? [];
    const versions = new Map([[claim.player, claim.version]]);
    const { counterparty } = claim;
    if (counterparty) versions.set(counterparty.player, counterparty.version);
    const recorder = recorders.get(claim.correlationId) ?? attempt;
    return [{ claim, entries: own, attempt, recorder, versions }];
  });
}

/** Audit rows of one staff member are in the order in which they were made; paying what a server announced is no award. */
function awardsBefore(audit: readonly AuditRow[]): Map<string | null, number> {
  const awards = new Map<string, number>();
  return new Map(
    audit.map((row) => {
      const { claimId, actorId, day, outcome } = row;
      const before = awards.get(`${actorId}\n${day}`) ?? 0;
      if (outcome === 'granted' && isAward(row)) awards.set(`${actorId}\n${day}`, before + 1);
      return [claimId, before];
    }),
  );
}

/** Whether its answer is the outcome of its key: a receipt, or a "no" other than that the key is taken. */
function hasOutcome({ answer }: Attempt): boolean {
  if (answer?.kind === 'receipt') return true;
  return answer?.kind === 'rejected' && answer.rejection.kind !== 'IdempotencyKeyReused';
}

/** Each claim after all that came before it, for every player that it touches. */
function* inOrder(tally: Tally, granted: readonly Recorded[]): Generator<Recorded> {
  const next = new Map<string, Map<number, Recorded>>();
  for (const one of granted) {
    for (const [player, version] of one.versions) {
      const versions = next.get(player) ?? new Map<number, Recorded>();
      next.set(player, versions.set(version, one));
    }
  }
  const reached = new Map([...next.keys()].map((player) => [player, 0]));
  const ready = ({ versions }: Recorded) =>
    [...versions].every(([player, version]) => reached.get(player) === version - 1);
  const waiting = [...next.keys()];
  let done = 0;
  for (let player = waiting.pop(); player !== undefined; player = waiting.pop()) {
    const one = next.get(player)?.get((reached.get(player) ?? 0) + 1);
    if (!one || !ready(one)) continue;
    for (const [touched, version] of one.versions) {
      reached.set(touched, version);
      // Whoever waited for this claim may go on.
      waiting.push(touched);
    }
    done += 1;
    yield one;
  }
  tally.check('I4', done === granted.length, () => ({
    what: `of ${granted.length} granted claims ${done} are in an order that leads from version to version`,
    player: granted.find(({ claim }) => (reached.get(claim.player) ?? 0) < claim.version)?.claim.player ?? '',
  }));
}
