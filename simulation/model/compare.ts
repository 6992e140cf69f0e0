/** One recorded claim against the model: what it would have moved or refused at the state in which it was judged. */
import { same, type Tally } from '../invariants/finding.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../invariants/rows.ts';
import { staffOf, type World } from '../schedule/world.ts';
import type { Change, Effect } from './effect.ts';
import type { History, Recorded, Stage } from './history.ts';
import { judge, type Verdict } from './kernel.ts';
import { judgeReceiptState } from './receipts.ts';
import type { Rules } from './rules.ts';
import type { Names } from './timeline.ts';

export function compareGrant(tally: Tally, history: History, recorded: Recorded, stage: Stage): void {
  const { claim, entries, attempt, versions } = recorded;
  const about = concerning(claim);
  const kept = entries.map(changeOf);
  const judged = verdictOnGrant(history, recorded, stage, kept);
  tally.check(
    'I4',
    judged !== null,
    about(`made under config ${claim.configVersion}, which nobody published`),
  );
  if (judged) {
    compareMoves(tally, recorded, kept, judged.verdict);
    const { type, key } = judged.names;
    const named = same([claim.type, claim.key], [type, key]);
    tally.check('I4', named, about(`asked for ${type} ${key}, recorded as ${claim.type} ${claim.key}`));
    const audited = stage.audit.get(claim.id)?.amount;
    if (judged.verdict.kind === 'granted' && claim.actorKind === 'staff') {
      const { handedOut } = judged.verdict;
      tally.check('I10', audited === handedOut, about(`handed out ${handedOut}, audited as ${audited}`));
    }
  }
  const names = judged?.names ?? { type: claim.type, key: claim.key, furtherKeys: [], days: [] };
  const anchors = anchorsWritten(tally, recorded, stage, judged?.verdict ?? null);
  const { id, player, version, operation, configVersion } = claim;
  const granted = { id, player, version, operation, configVersion, changes: kept, anchors };
  stage.timeline.grant(granted, names, [...versions.keys()]);
  compareSnapshots(tally, recorded, stage);
  const rules = history.rulesOf(claim.configVersion);
  const { timeline } = stage;
  if (rules && attempt.answer?.kind === 'receipt')
    judgeReceiptState(tally, attempt.answer.receipt, { timeline, rules, claimedAt: claim.claimedAt });
}

/**
 * The verdict that fits what was done, or the first one. Of a recovery it is not recorded by which numbers time was reckoned:
 * the claim names those that it was announced under. They may be any that were published, most likely the last.
 */
function verdictOnGrant(
  history: History,
  recorded: Recorded,
  stage: Stage,
  kept: readonly Change[],
): Judged | null {
  const { claim, versions } = recorded;
  const before = new Map([...versions].map(([player, version]) => [player, version - 1]));
  const state: State = { versions: before, used: 'least' };
  if (claim.operation !== 'recoverReward') return verdictOn(history, recorded, stage, state);
  let first: Judged | null = null;
  for (const today of stage.published.toReversed()) {
    const judged = verdictOn(history, recorded, stage, { ...state, today });
    first ??= judged;
    if (judged?.verdict.kind !== 'granted' || !same(sorted(judged.verdict.changes), sorted(kept))) continue;
    if (same(claim.anchorsAfter, anchorsExpected(recorded, stage, judged.verdict.anchors))) return judged;
  }
  return first;
}

function anchorsExpected(
  { claim }: Recorded,
  { timeline }: Stage,
  written: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  return Object.fromEntries([...timeline.anchorsAt(claim.player, claim.version - 1), ...written]);
}

/** What the claim recorded of where regeneration goes on, and whether that is what it should be. */
function anchorsWritten(
  tally: Tally,
  recorded: Recorded,
  stage: Stage,
  verdict: Verdict | null,
): Map<string, number> {
  const { claim } = recorded;
  const written = new Map(Object.entries(claim.anchorsAfter));
  if (verdict?.kind !== 'granted') return written;
  const expected = anchorsExpected(recorded, stage, verdict.anchors);
  tally.check('I4', same(claim.anchorsAfter, expected), () => ({
    ...concerning(claim)(
      `grows on from ${JSON.stringify(claim.anchorsAfter)}; it should be ${JSON.stringify(expected)}`,
    )(),
  }));
  return written;
}

/** The balances that a claim keeps of its players are those that its entries led to. */
function compareSnapshots(tally: Tally, { claim }: Recorded, { timeline }: Stage): void {
  const { player, version, balancesAfter, counterparty } = claim;
  const snapshots = [{ player, version, balancesAfter }, ...(counterparty ? [counterparty] : [])];
  for (const { player: whose, version: at, balancesAfter: kept } of snapshots) {
    const led = timeline.at(whose, at);
    tally.check(
      'I4',
      same(kept, led),
      concerning(claim)(`keeps ${whose} as ${JSON.stringify(kept)}, which was ${JSON.stringify(led)}`),
    );
  }
}

/** What a wrong grant breaks depends on why it should not have been. */
function compareMoves(tally: Tally, { claim }: Recorded, kept: readonly Change[], verdict: Verdict): void {
  const about = concerning(claim);
  if (verdict.kind === 'granted') {
    const right = same(sorted(verdict.changes), sorted(kept));
    tally.check('I4', right, about(`moved ${told(kept)}; it should have been ${told(verdict.changes)}`));
    tally.check('I5', true, about(''));
    if (claim.actorKind === 'staff') tally.check('I11', true, about(''));
    return;
  }
  const { kind, details } = verdict.rejection;
  const staffLimit = kind === 'LimitExceeded' && String(details.limit).startsWith('STAFF');
  const perDay = kind === 'LimitExceeded' && String(details.limit).endsWith('PER_DAY');
  const unfounded = ['ImpossibleDraw', 'NotAnnounced'].includes(kind);
  const invariant = staffLimit || perDay ? 'I11' : kind === 'AlreadyClaimed' ? 'I5' : unfounded ? 'I4' : 'I3';
  tally.check(invariant, false, () => ({
    ...about(`moved ${told(kept)}; it should have been refused: ${JSON.stringify(verdict.rejection)}`)(),
    // The claim that was there first belongs to the story.
    claims: [claim.id, String(details.claimId ?? '')],
  }));
}

export function compareRejection(tally: Tally, history: History, recorded: Recorded, stage: Stage): void {
  const { claim, attempt } = recorded;
  if (attempt.answer?.kind !== 'rejected') return;
  const { rejection } = attempt.answer;
  let first: Verdict | null = null;
  for (const state of possibleStates(history, recorded, stage)) {
    const verdict = verdictOn(history, recorded, stage, state)?.verdict ?? null;
    first ??= verdict;
    if (verdict?.kind !== 'rejected' || !same(verdict.rejection, rejection)) continue;
    tally.check('I8', true, concerning(claim)(''));
    return;
  }
  const expected =
    first?.kind === 'rejected'
      ? JSON.stringify(first.rejection)
      : `granted (${first ? told(first.changes) : 'under a config that nobody published'})`;
  const what = `was told ${JSON.stringify(rejection)}; it should have been ${expected}`;
  tally.check('I8', false, concerning(claim)(what));
}

/** In what it may have been judged, where that is not recorded: versions of the other player, and what was used of a quota. */
interface State {
  readonly versions: ReadonlyMap<string, number>;
  readonly used: 'least' | number;
  /** Left out: the numbers of the version that the claim names. */
  readonly today?: Rules;
}

interface Judged {
  readonly verdict: Verdict;
  readonly names: Names;
}

/** Its own player's version is recorded. Another's may be any from the one on that was known when it was asked for. */
function* possibleStates(history: History, recorded: Recorded, stage: Stage): Generator<State> {
  const { claim, attempt, recorder } = recorded;
  const { timeline } = stage;
  const { intent, sent } = attempt;
  const own: readonly [string, number] = [claim.player, claim.version];
  const uses = possibleUses(history, recorded, stage);
  const other = intent.others?.[0] ?? timeline.counterpartyOf(String(sent.claimId));
  if (other === undefined) {
    for (const used of uses) yield { versions: new Map([own]), used };
    return;
  }
  for (let version = recorder.floorsOfOthers[0] ?? 0; version <= timeline.version(other); version += 1)
    for (const used of uses) yield { versions: new Map([own, [other, version]]), used };
}

/** What was used of its quota when it was refused: exactly known but where a claim may have been made on either of two days. */
function possibleUses(history: History, recorded: Recorded, { timeline, published }: Stage): number[] {
  const { claim } = recorded;
  const { effect, days } = effectOf(history, recorded, published) ?? {};
  if (effect?.kind !== 'claim' || !effect.quota || !days) return [0];
  const { name } = effect.quota;
  const uses = days.flatMap((day) => {
    const [least, most] = timeline.used(claim.player, claim.version, name, day);
    return Array.from({ length: most - least + 1 }, (_, more) => least + more);
  });
  return [...new Set(uses)];
}

function effectOf(
  { operations, rulesOf, daysBetween }: History,
  { claim, attempt, recorder }: Recorded,
  published: readonly Rules[],
): { effect: Effect; rules: Rules; days: readonly string[] } | null {
  const rules = rulesOf(claim.configVersion);
  const operation = operations.get(attempt.intent.operation);
  if (!rules || !operation) return null;
  const { type, key, claimedAt, row } = claim;
  const { intent, sent } = attempt;
  const days = daysBetween(recorder.beganAt, claimedAt);
  const step = { intent, sent, rules, published, days, claim: { type, key, claimedAt, row } };
  return { effect: operation.effect(step), rules, days };
}

function verdictOn(
  history: History,
  recorded: Recorded,
  stage: Stage,
  { versions, used, today }: State,
): Judged | null {
  const { claim, attempt } = recorded;
  const { timeline, audit, published, awardsBefore } = stage;
  const found = effectOf(history, recorded, published);
  if (!found) return null;
  const { effect, rules, days } = found;
  const { type, key, player } = claim;
  const version = versions.get(player) ?? 0;
  const expected = attempt.sent.expectedVersion;
  const quota = effect.kind === 'claim' ? effect.quota : null;
  const leastUsed = () =>
    quota ? Math.min(...days.map((day) => timeline.used(player, version, quota.name, day)[0])) : 0;
  const verdict = judge(
    effect,
    {
      player,
      exists: (one) => (versions.get(one) ?? 0) > 0 || !mayBeUnknown(one, recorded, history.rows),
      creates: claim.actorKind !== 'staff',
      version,
      expectedVersion: typeof expected === 'number' ? expected : null,
      ledger: timeline.view(player, version, versions),
      today: today ?? rules,
      moment: claim.claimedAt,
      takenBy: (name, taken) => timeline.takenBy(player, version, name, taken),
      furtherTakenBy: (further) => timeline.furtherTakenBy(player, version, further),
      used: used === 'least' ? leastUsed() : used,
      staff: standingOfStaff(claim, history.world, rules, {
        audited: audit.get(claim.id),
        awardsBefore: awardsBefore.get(claim.id) ?? 0,
      }),
    },
    rules,
  );
  if (effect.kind === 'refuse') return { verdict, names: { type, key, furtherKeys: [], days } };
  const furtherKeys = verdict.kind === 'granted' ? verdict.furtherKeys : [];
  const { owes } = effect;
  return { verdict, names: { type: effect.type, key: effect.key, furtherKeys, owes, quota, days } };
}

/** At version 0 a player may have been there or not: what a server asks creates them even where it is refused. */
function mayBeUnknown(player: string, { attempt: { answer } }: Recorded, { players }: Rows): boolean {
  if (!players.some(({ id }) => id === player)) return true;
  if (answer?.kind !== 'rejected') return false;
  return answer.rejection.kind === 'UnknownPlayer' && answer.rejection.details.playerId === player;
}

function standingOfStaff(
  claim: ClaimRow,
  world: World,
  rules: Rules,
  { audited, awardsBefore }: { audited: AuditRow | undefined; awardsBefore: number },
) {
  if (claim.actorKind !== 'staff') return null;
  const member = staffOf(world).find(({ id }) => id === claim.actorId);
  return {
    bound: member?.rewardLimit ?? rules.limitPerReward,
    budget: member?.dailyBudget ?? rules.budgetPerDay,
    spentBefore: audited?.spentBefore ?? 0,
    awards: rules.awardsPerDay,
    awardsBefore,
  };
}

function changeOf({ player, resource, before, after, delta, requested, cause }: EntryRow): Change {
  return { player, resource, before, after, delta, requested, cause };
}

function concerning({ player, idempotencyKey, id }: ClaimRow) {
  return (what: string) => () => ({ what, player, keys: [idempotencyKey], claims: [id] });
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
