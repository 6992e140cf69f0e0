/** One recorded claim against the model: what it would have moved or refused at the state in which it was judged. */
import { same, type Tally } from '../invariants/finding.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../invariants/rows.ts';
import type { World } from '../schedule/world.ts';
import type { Change } from './effect.ts';
import type { History, Recorded, Stage } from './history.ts';
import { judge, type Verdict } from './kernel.ts';
import { judgeReceiptState } from './receipts.ts';
import type { Rules } from './rules.ts';
import type { Timeline } from './timeline.ts';

type Names = Parameters<Timeline['grant']>[1];

export function compareGrant(tally: Tally, history: History, recorded: Recorded, stage: Stage): void {
  const { claim, entries, attempt, versions } = recorded;
  const about = concerning(claim);
  const before = new Map([...versions].map(([player, version]) => [player, version - 1]));
  const judged = verdictOn(history, recorded, stage, before);
  const kept = entries.map(changeOf);
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
  const names = judged?.names ?? { type: claim.type, key: claim.key, furtherKeys: [] };
  const { id, player, version, operation, claimedAt } = claim;
  const granted = { id, player, version, operation, claimedAt, changes: kept };
  stage.timeline.grant(granted, names, [...versions.keys()]);
  const rules = history.rulesOf(claim.configVersion);
  if (rules && attempt.answer?.kind === 'receipt')
    judgeReceiptState(tally, attempt.answer.receipt, { timeline: stage.timeline, rules });
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
  const invariant = staffLimit ? 'I11' : kind === 'AlreadyClaimed' ? 'I5' : 'I3';
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
  const verdicts = statesOfOthers(recorded, stage).map(
    (others) => verdictOn(history, recorded, stage, others)?.verdict,
  );
  const right = verdicts.some(
    (verdict) => verdict?.kind === 'rejected' && same(verdict.rejection, rejection),
  );
  const [verdict] = verdicts;
  const expected =
    verdict?.kind === 'rejected'
      ? JSON.stringify(verdict.rejection)
      : `granted (${verdict ? told(verdict.changes) : 'under a config that nobody published'})`;
  const what = `was told ${JSON.stringify(rejection)}; it should have been ${expected}`;
  tally.check('I8', right, concerning(claim)(what));
}

/** At which versions it may have been judged: its own player's is recorded, another's may be any that there was. */
function statesOfOthers({ claim, attempt }: Recorded, { timeline }: Stage): ReadonlyMap<string, number>[] {
  const own: readonly [string, number] = [claim.player, claim.version];
  const [other] = attempt.intent.others ?? [];
  if (other === undefined) return [new Map([own])];
  const versions = Array.from({ length: timeline.version(other) + 1 }, (_, version) => version);
  return versions.map((version) => new Map([own, [other, version]]));
}

function verdictOn(
  { operations, world, rulesOf, rows }: History,
  recorded: Recorded,
  { timeline, audit }: Stage,
  versions: ReadonlyMap<string, number>,
): { verdict: Verdict; names: Names } | null {
  const { claim, attempt } = recorded;
  const rules = rulesOf(claim.configVersion);
  const operation = operations.get(attempt.intent.operation);
  if (!rules || !operation) return null;
  const { type, key, claimedAt, row, player } = claim;
  const { intent, sent } = attempt;
  const effect = operation.effect({ intent, sent, rules, claim: { type, key, claimedAt, row } });
  const version = versions.get(player) ?? 0;
  const expected = sent.expectedVersion;
  const verdict = judge(
    effect,
    {
      player,
      exists: version > 0 || !mayBeUnknown(recorded, rows),
      creates: claim.actorKind !== 'staff',
      version,
      expectedVersion: typeof expected === 'number' ? expected : null,
      ledger: timeline.view(player, version, versions),
      takenBy: (name, taken) => timeline.takenBy(player, version, name, taken),
      furtherTakenBy: (further) => timeline.furtherTakenBy(player, version, further),
      staff: staffOf(claim, world, rules, audit.get(claim.id)),
    },
    rules,
  );
  if (effect.kind === 'refuse') return { verdict, names: { type, key, furtherKeys: [] } };
  return { verdict, names: { type: effect.type, key: effect.key, furtherKeys: effect.furtherKeys ?? [] } };
}

/** At version 0 a player may have been there or not: what a server asks creates them even where it is refused. */
function mayBeUnknown({ attempt, claim }: Recorded, { players }: Rows): boolean {
  if (!players.some(({ id }) => id === claim.player)) return true;
  return attempt.answer?.kind === 'rejected' && attempt.answer.rejection.kind === 'UnknownPlayer';
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
