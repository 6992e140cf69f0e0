/** What the model's kernel decides for a recorded claim, given a state in which the claim may have been decided. */
import type { Effect } from '../model/effect.ts';
import { decide, type Outcome, type StaffLimits } from '../model/kernel.ts';
import type { Rules } from '../model/rules.ts';
import type { ClaimKeys } from '../model/timeline.ts';
import { staffOf, type World } from '../schedule/world.ts';
import type { History, Progress, RecordedClaim } from './history.ts';
import type { AuditRow, ClaimRow, Rows } from './rows.ts';

/** The parts of the state that are not always recorded. */
export interface PossibleState {
  /** By player. */
  readonly versions: ReadonlyMap<string, number>;
  /** How much of the daily limit was used; `least`: as little as is possible. */
  readonly used: 'least' | number;
  /** The rules in force when a pending reward is paid. Left out: those of the config version that the claim names. */
  readonly currentRules?: Rules;
}

export interface Expected {
  readonly outcome: Outcome;
  readonly keys: ClaimKeys;
}

interface RecordedEffect {
  readonly effect: Effect;
  readonly rules: Rules;
  readonly days: readonly string[];
}

/** Null: the config version was never published. */
export function effectOf(
  { operations, rulesOf, daysBetween }: History,
  { claim, attempt, recorder }: RecordedClaim,
  published: readonly Rules[],
): RecordedEffect | null {
  const rules = rulesOf(claim.configVersion);
  const operation = operations.get(attempt.intent.operation);
  if (!rules || !operation) return null;
  const { type, key, claimedAt, row } = claim;
  const { intent, sent } = attempt;
  const days = daysBetween(recorder.beganAt, claimedAt);
  const recorded = { type, key, claimedAt, row };
  return { effect: operation.effect({ intent, sent, rules, published, days, claim: recorded }), rules, days };
}

/** Null: the config version was never published. */
export function expectedIn(
  { versions, used, currentRules }: PossibleState,
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
): Expected | null {
  const { claim, attempt } = recorded;
  const { timeline, audit, published, awardsBefore } = progress;
  const found = effectOf(history, recorded, published);
  if (!found) return null;
  const { effect, rules, days } = found;
  const { type, key, player } = claim;
  const version = versions.get(player) ?? 0;
  const expectedVersion = attempt.sent.expectedVersion;
  const limit = effect.kind === 'claim' ? effect.limit : null;
  const leastUsed = () =>
    limit ? Math.min(...days.map((day) => timeline.used(player, version, limit.name, day)[0])) : 0;
  const outcome = decide(
    effect,
    {
      player,
      exists: (one) => (versions.get(one) ?? 0) > 0 || !mayBeUnknown(one, recorded, history.rows),
      createsPlayer: claim.actorKind !== 'staff',
      version,
      expectedVersion: typeof expectedVersion === 'number' ? expectedVersion : null,
      ledger: timeline.view(player, version, versions),
      currentRules: currentRules ?? rules,
      now: claim.claimedAt,
      takenBy: (claimType, claimKey) => timeline.takenBy(player, version, claimType, claimKey),
      sourceTakenBy: (sourceKey) => timeline.sourceTakenBy(player, version, sourceKey),
      used: used === 'least' ? leastUsed() : used,
      staff: staffLimits(claim, history.world, rules, {
        audited: audit.get(claim.id),
        awardsBefore: awardsBefore.get(claim.id) ?? 0,
      }),
    },
    rules,
  );
  if (effect.kind === 'rejected') return { outcome, keys: { type, key, sourceKeys: [], days } };
  const sourceKeys = outcome.kind === 'granted' ? outcome.sourceKeys : [];
  const { announces } = effect;
  return { outcome, keys: { type: effect.type, key: effect.key, sourceKeys, announces, limit, days } };
}

/** A player at version 0 may or may not exist: a server's request creates the player even if it is rejected. */
function mayBeUnknown(player: string, { attempt: { answer } }: RecordedClaim, { players }: Rows): boolean {
  if (!players.some(({ id }) => id === player)) return true;
  if (answer?.kind !== 'rejected') return false;
  return answer.rejection.kind === 'UnknownPlayer' && answer.rejection.details.playerId === player;
}

function staffLimits(
  claim: ClaimRow,
  world: World,
  rules: Rules,
  { audited, awardsBefore }: { audited: AuditRow | undefined; awardsBefore: number },
): StaffLimits | null {
  if (claim.actorKind !== 'staff') return null;
  const member = staffOf(world).find(({ id }) => id === claim.actorId);
  return {
    rewardLimit: member?.rewardLimit ?? rules.limitPerReward,
    budget: member?.dailyBudget ?? rules.budgetPerDay,
    spentBefore: audited?.spentBefore ?? 0,
    awards: rules.awardsPerDay,
    awardsBefore,
  };
}
