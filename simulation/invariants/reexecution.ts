/**
 * Executes the history again with the model, claim by claim in the order of the players' versions, and compares each grant, each
 * rejection, each receipt, each read, and the final counters. The order is the ledger's; the numbers are the model's.
 */
import { type Attempt, keyOf } from '../clients/journal.ts';
import { Timeline } from '../model/timeline.ts';
import { compareGrant } from './grants.ts';
import type { History, Progress, RecordedClaim } from './history.ts';
import { checkReads } from './player-state.ts';
import { compareRejection } from './rejections.ts';
import type { AuditRow } from './rows.ts';
import { isAward } from './staff.ts';
import { same, type Tally } from './tally.ts';

export function reexecute(tally: Tally, history: History): void {
  const { players, audit, configs } = history.rows;
  const timeline = new Timeline(new Map(players.map(({ id, createdAt }) => [id, createdAt])));
  const progress: Progress = {
    timeline,
    audit: new Map(audit.map((row) => [row.claimId, row])),
    awardsBefore: awardsBefore(audit),
    published: configs.flatMap(({ version }) => history.rulesOf(version) ?? []),
  };
  const recorded = recordedClaims(tally, history);
  const having = (outcome: string) => recorded.filter(({ claim }) => claim.outcome === outcome);
  for (const one of inOrder(tally, having('granted'))) compareGrant(tally, history, one, progress);
  for (const one of having('rejected')) compareRejection(tally, history, one, progress);
  compareLimitCounters(tally, history, timeline);
  comparePendingRewards(tally, history, timeline);
  checkReads(tally, history.reads, timeline);
}

function recordedClaims(tally: Tally, { attempts, rows }: History): RecordedClaim[] {
  const byKey = Map.groupBy(attempts, keyOf);
  const entries = Map.groupBy(rows.entries, ({ claimId }) => claimId);
  const byCorrelationId = new Map(attempts.map((attempt) => [attempt.correlationId, attempt]));
  return rows.claims.flatMap((claim) => {
    const { id, player, idempotencyKey, version, counterparty } = claim;
    const attempt = byKey.get(`${player}\n${idempotencyKey}`)?.find(hasOutcome);
    tally.check('I7', attempt !== undefined, () => ({
      what: `a claim is recorded under key ${idempotencyKey}, but no answer showed it`,
      player,
      keys: [idempotencyKey],
      claims: [id],
    }));
    if (!attempt) return [];
    const versions = new Map([[player, version]]);
    if (counterparty) versions.set(counterparty.player, counterparty.version);
    const recorder = byCorrelationId.get(claim.correlationId) ?? attempt;
    return [{ claim, entries: entries.get(id) ?? [], attempt, recorder, versions }];
  });
}

/** The audit rows of a staff member are in the order of the awards. */
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

/** Whether the answer is the outcome of the key: a receipt, or a rejection other than IdempotencyKeyReused. */
function hasOutcome({ answer }: Attempt): boolean {
  if (answer?.kind === 'receipt') return true;
  return answer?.kind === 'rejected' && answer.rejection.kind !== 'IdempotencyKeyReused';
}

/** Yields each claim after every claim that came before it, for each of its players. */
function* inOrder(tally: Tally, granted: readonly RecordedClaim[]): Generator<RecordedClaim> {
  const byVersion = new Map<string, Map<number, RecordedClaim>>();
  for (const one of granted) {
    for (const [player, version] of one.versions) {
      const versions = byVersion.get(player) ?? new Map<number, RecordedClaim>();
      byVersion.set(player, versions.set(version, one));
    }
  }
  const reached = new Map([...byVersion.keys()].map((player) => [player, 0]));
  const isReady = ({ versions }: RecordedClaim) =>
    [...versions].every(([player, version]) => reached.get(player) === version - 1);
  const queue = [...byVersion.keys()];
  let done = 0;
  for (let player = queue.pop(); player !== undefined; player = queue.pop()) {
    const one = byVersion.get(player)?.get((reached.get(player) ?? 0) + 1);
    if (!one || !isReady(one)) continue;
    for (const [affected, version] of one.versions) {
      reached.set(affected, version);
      // The next claims of these players may be ready now.
      queue.push(affected);
    }
    done += 1;
    yield one;
  }
  tally.check('I4', done === granted.length, () => ({
    what: `only ${done} of ${granted.length} granted claims can be ordered by their players' versions`,
    player: granted.find(({ claim }) => (reached.get(claim.player) ?? 0) < claim.version)?.claim.player ?? '',
  }));
}

/** The counters of daily limits are the sums of what the claims used. */
function compareLimitCounters(tally: Tally, { rows }: History, timeline: Timeline): void {
  const counters = Map.groupBy(rows.limitCounters, ({ player, name }) => `${player}\n${name}`);
  for (const { player, name, total } of timeline.limitTotals()) {
    const days = counters.get(`${player}\n${name}`) ?? [];
    counters.delete(`${player}\n${name}`);
    const sum = days.reduce((all, { used }) => all + used, 0);
    tally.check('I11', sum === total, () => ({
      what: `the counters of ${name} add up to ${sum}, claims used ${total}`,
      player,
    }));
    for (const { day, used } of days) {
      const [least, most] = timeline.used(player, timeline.version(player), name, day);
      tally.check('I11', used >= least && used <= most, () => ({
        what: `the counter of ${name} on ${day} is ${used}, claims used ${least} to ${most}`,
        player,
      }));
    }
  }
  for (const [unused] of counters.values())
    tally.check('I11', false, () => ({
      what: `there is a counter of ${unused?.name}, but no claim used it`,
      player: unused?.player ?? '',
    }));
}

/** The pending rewards are those that were announced and neither paid nor reversed. */
function comparePendingRewards(tally: Tally, { rows }: History, timeline: Timeline): void {
  const pending = new Map(rows.pendingRewards.map((row) => [row.announcedBy, row]));
  for (const { player, type, key, announcedBy, configVersion } of timeline.pendingRewards()) {
    const row = pending.get(announcedBy);
    pending.delete(announcedBy);
    const recorded = row && [row.player, row.type, row.key, row.configVersion];
    tally.check('I4', same(recorded, [player, type, key, configVersion]), () => ({
      what: `${type} ${key} should be pending, recorded is ${JSON.stringify(recorded ?? null)}`,
      player,
      claims: [announcedBy],
    }));
  }
  for (const { player, type, key, announcedBy } of pending.values())
    tally.check('I4', false, () => ({
      what: `${type} ${key} is pending, but should not be`,
      player,
      claims: [announcedBy],
    }));
}
