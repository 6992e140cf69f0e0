/**
 * Does everything again, claim by claim, in the order that the players' versions give, and compares: what each claim moved,
 * each "no" and what it said, each receipt's level and tier, each read. The order is the ledger's, the numbers are the model's.
 */
import type { Attempt, ReadSeen } from '../clients/journal.ts';
import { same, type Tally } from '../invariants/finding.ts';
import { keyOf } from '../invariants/observer.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../invariants/rows.ts';
import type { Operation } from '../operation.ts';
import type { World } from '../schedule/world.ts';
import type { Change, Step } from './effect.ts';
import { judge, type Verdict } from './kernel.ts';
import { judgeReads, judgeReceiptState } from './receipts.ts';
import type { Rules } from './rules.ts';
import { Timeline } from './timeline.ts';

export interface History {
  readonly attempts: readonly Attempt[];
  readonly reads: readonly ReadSeen[];
  readonly rows: Rows;
  readonly world: World;
  /** The numbers of a config version; undefined: it is none of this seed's. */
  readonly rulesOf: (version: number) => Rules | undefined;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** A recorded claim, and what the clients had to do with it. */
interface Recorded {
  readonly claim: ClaimRow;
  readonly entries: readonly EntryRow[];
  /** The attempt whose input it is: of several intents under one key, the one that had the outcome. */
  readonly attempt: Attempt;
  /** The version that it made for each player whose balances it moved. */
  readonly versions: ReadonlyMap<string, number>;
}

export function reenact(tally: Tally, history: History): void {
  const timeline = new Timeline();
  const recorded = recordedClaims(tally, history);
  const audit = new Map(history.rows.audit.map((row) => [row.claimId, row]));
  for (const one of inOrder(
    tally,
    recorded.filter(({ claim }) => claim.outcome === 'granted'),
  ))
    reenactGrant(tally, history, one, { timeline, audit });
  for (const one of recorded)
    if (one.claim.outcome === 'rejected') reenactRejection(tally, history, one, { timeline, audit });
  judgeReads(tally, history.reads, timeline);
}

function recordedClaims(tally: Tally, { attempts, rows }: History): Recorded[] {
  const byKey = Map.groupBy(attempts, keyOf);
  const entries = Map.groupBy(rows.entries, ({ claimId }) => claimId);
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
    const versions = new Map(own.map(({ player, version }) => [player, version]));
    return [{ claim, entries: own, attempt, versions: versions.set(claim.player, claim.version) }];
  });
}

/** Whether its answer is the outcome of its key: a receipt, or a "no" other than that the key is somebody else's. */
function hasOutcome({ answer }: Attempt): boolean {
  if (answer?.kind === 'receipt') return true;
  return answer?.kind === 'rejected' && answer.rejection.kind !== 'IdempotencyKeyReused';
}

/** Each claim after all that came before it, for every player that it touches. */
function* inOrder(tally: Tally, granted: readonly Recorded[]): Generator<Recorded> {
  const next = new Map<string, Map<number, Recorded>>();
  for (const one of granted)
    for (const [player, version] of one.versions) {
      const versions = next.get(player) ?? new Map<number, Recorded>();
      next.set(player, versions.set(version, one));
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
    player:
      granted.find((one) => (reached.get(one.claim.player) ?? 0) < one.claim.version)?.claim.player ?? '',
  }));
}

interface Stage {
  readonly timeline: Timeline;
  readonly audit: ReadonlyMap<string | null, AuditRow>;
}

function stepOf({ claim, attempt }: Recorded, rules: Rules): Step {
  return {
    intent: attempt.intent,
    sent: attempt.sent,
    rules,
    claim: { type: claim.type, key: claim.key, claimedAt: claim.claimedAt, row: claim.row },
  };
}

function verdictOn(
  { operations, world, rulesOf, rows }: History,
  recorded: Recorded,
  { timeline, audit }: Stage,
  version: number,
): { verdict: Verdict; names: Parameters<Timeline['grant']>[1] } | null {
  const { claim, attempt } = recorded;
  const rules = rulesOf(claim.configVersion);
  const operation = operations.get(attempt.intent.operation);
  if (!rules || !operation) return null;
  const effect = operation.effect(stepOf(recorded, rules));
  const expected = attempt.sent.expectedVersion;
  const verdict = judge(
    effect,
    {
      player: claim.player,
      exists: version > 0 || !claimsUnknownPlayer(recorded, rows),
      creates: claim.actorKind !== 'staff',
      version,
      expectedVersion: typeof expected === 'number' ? expected : null,
      ledger: timeline.view(claim.player, version, before(recorded)),
      takenBy: (type, key) => timeline.takenBy(claim.player, version, type, key),
      furtherTakenBy: (key) => timeline.furtherTakenBy(claim.player, version, key),
      staff: staffOf(claim, world, rules, audit.get(claim.id)),
    },
    rules,
  );
  const names =
    effect.kind === 'claim'
      ? { type: effect.type, key: effect.key, furtherKeys: effect.furtherKeys ?? [] }
      : { type: claim.type, key: claim.key, furtherKeys: [] };
  return { verdict, names };
}

/** At version 0 a player may have been there or not: a refused claim of a server's creates them, one of staff's does not. */
function claimsUnknownPlayer({ attempt, claim }: Recorded, { players }: Rows): boolean {
  if (!players.some(({ id }) => id === claim.player)) return true;
  return attempt.answer?.kind === 'rejected' && attempt.answer.rejection.kind === 'UnknownPlayer';
}

/** The others as they were before this claim. */
function before({ versions }: Recorded): ReadonlyMap<string, number> {
  return new Map([...versions].map(([player, version]) => [player, version - 1]));
}

function staffOf(claim: ClaimRow, { staff }: World, rules: Rules, audited: AuditRow | undefined) {
  if (claim.actorKind !== 'staff') return null;
  const member = Object.values(staff).find(({ id }) => id === claim.actorId);
  return {
    bound: member?.rewardLimit ?? rules.limitPerReward,
    budget: member?.dailyBudget ?? rules.budgetPerDay,
    spentBefore: audited?.spentBefore ?? 0,
  };
}

function reenactGrant(tally: Tally, history: History, recorded: Recorded, stage: Stage): void {
  const { claim, entries, attempt, versions } = recorded;
  const about = (what: string) => () => ({
    what,
    player: claim.player,
    keys: [claim.idempotencyKey],
    claims: [claim.id],
  });
  const result = verdictOn(history, recorded, stage, claim.version - 1);
  tally.check(
    'I4',
    result !== null,
    about(`made under config ${claim.configVersion}, which was never published`),
  );
  const kept = entries.map(
    ({ player, resource, before, after, delta, requested }): Change => ({
      player,
      resource,
      before,
      after,
      delta,
      requested,
    }),
  );
  if (result) {
    const { verdict, names } = result;
    const expected = verdict.kind === 'granted' ? verdict.changes : [];
    const right = verdict.kind === 'granted' && same(sorted(expected), sorted(kept));
    const limit =
      verdict.kind === 'rejected' &&
      verdict.rejection.kind === 'LimitExceeded' &&
      String(verdict.rejection.details.limit).startsWith('STAFF');
    const taken = verdict.kind === 'rejected' && verdict.rejection.kind === 'AlreadyClaimed';
    tally.check(
      'I4',
      right || limit || taken,
      about(
        `moved ${told(kept)}; it should have been ${verdict.kind === 'granted' ? told(expected) : JSON.stringify(verdict.rejection)}`,
      ),
    );
    if (claim.actorKind === 'staff') tally.check('I11', !limit, about('was granted beyond a staff limit'));
    tally.check('I5', !taken, about('was granted although its claim was taken'));
    if (verdict.kind === 'granted' && claim.actorKind === 'staff')
      tally.check(
        'I10',
        stage.audit.get(claim.id)?.amount === verdict.handedOut,
        about(`handed out ${verdict.handedOut}, audited as ${stage.audit.get(claim.id)?.amount}`),
      );
    if (claim.operation === 'claimReward')
      tally.check(
        'I4',
        same([claim.type, claim.key], [names.type, names.key]),
        about(`asked for ${names.type} ${names.key}, recorded as ${claim.type} ${claim.key}`),
      );
    stage.timeline.grant(
      {
        id: claim.id,
        player: claim.player,
        version: claim.version,
        operation: claim.operation,
        changes: kept,
      },
      names,
      [...versions.keys()],
    );
  } else {
    stage.timeline.grant(
      {
        id: claim.id,
        player: claim.player,
        version: claim.version,
        operation: claim.operation,
        changes: kept,
      },
      { type: claim.type, key: claim.key, furtherKeys: [] },
      [...versions.keys()],
    );
  }
  const rules = history.rulesOf(claim.configVersion);
  if (rules && attempt.answer?.kind === 'receipt')
    judgeReceiptState(tally, attempt.answer.receipt, { timeline: stage.timeline, rules });
}

function reenactRejection(tally: Tally, history: History, recorded: Recorded, stage: Stage): void {
  const { claim, attempt } = recorded;
  if (attempt.answer?.kind !== 'rejected') return;
  const { rejection } = attempt.answer;
  const result = verdictOn(history, recorded, stage, claim.version);
  const verdict = result?.verdict;
  tally.check('I8', verdict?.kind === 'rejected' && same(verdict.rejection, rejection), () => ({
    what: `was told ${JSON.stringify(rejection)}; it should have been ${verdict?.kind === 'rejected' ? JSON.stringify(verdict.rejection) : `granted (${verdict ? told(verdict.changes) : 'under a config that was never published'})`}`,
    player: claim.player,
    keys: [claim.idempotencyKey],
    claims: [claim.id],
  }));
}

function sorted(changes: readonly Change[]): Change[] {
  const name = ({ player, resource, before }: Change) => `${player}\n${resource}\n${before}`;
  return changes.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

function told(changes: readonly Change[]): string {
  return (
    changes.map(({ resource, before, after }) => `${resource} ${before} → ${after}`).join(', ') || 'nothing'
  );
}
