/**
 * Turns a request into an Operation. An intent is who wants what, for whom, when and under which rules. A decision is an
 * Operation. If it is a lookup, the decision also has the fault to report for an unknown key. If it reads the player, and the
 * intent does not have them yet, the decision says what to read, and is to be made again.
 */
import type { Actor } from './actor.ts';
import { dayIn, type Period, periodIn } from './calendar.ts';
import { canonicalJson, type Json, sha256, withoutAbsent } from './canonical.ts';
import type { Fault } from './fault.ts';
import { NO_EFFECTS, type Operation, type OperationKind, type StaffTerms } from './operation.ts';
import {
  type NeededFacts,
  neededFacts,
  type PlayerFacts,
  type PlayerSnapshot,
  type PlayerSources,
  playerFacts,
} from './player-facts.ts';
import { type LocalRules, localRules } from './player-zones.ts';
import type { Rejection } from './rejections.ts';
import { givesExperience, shownResources, touchedResources } from './resources.ts';
import type { BalanceRules, Facts, PlayerRead } from './rules.ts';
import type { Alternatives } from './terms.ts';
import type { Interval } from './window.ts';

export interface Intent {
  readonly actor: Actor;
  readonly playerId: string;
  readonly idempotencyKey: string;
  readonly expectedVersion: number | null;
  /** Ours, and the caller's text where one was sent. */
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
  readonly now: Date;
  /** The current rules; null where none are known yet. A known key is answered without them. */
  readonly rules: BalanceRules | null;
  /** Null: not read yet. */
  readonly player: PlayerSnapshot | null;
  /** The player's zones as the kernel answered them; null: it has not. */
  readonly zones: string | null;
}

export interface Decision {
  readonly operation: Operation;
  /** Set where the decision reads the player, whom the intent does not have: read this, then decide again. */
  readonly needs: NeededFacts | null;
  /** Set where the operation is a lookup: what to report if the key is new. */
  readonly fault: Fault | null;
  /** What terms are computed from; null: the operation has none. */
  readonly alternatives: Alternatives | null;
}

type Claim = Pick<Operation, 'claimType' | 'claimKey'>;
/** Of several intervals, what they have in common. */
type Holds = Interval | readonly Interval[];

/** The effects that a plan may have. Those that it leaves out are those of NO_EFFECTS. */
type Effects = Partial<
  Pick<
    Operation,
    | 'source'
    | 'requires'
    | 'postings'
    | 'advances'
    | 'choices'
    | 'milestones'
    | 'sourceKeys'
    | 'limits'
    | 'age'
    | 'counterparty'
    | 'onFull'
    | 'units'
    | 'acceptsGifts'
    | 'freezes'
    | 'reason'
  >
>;

interface CommitPlan extends Claim, Effects {
  readonly kind: 'commit';
  /** The period in which the plan holds; absent: it does not depend on the clock, apart from its limits and counters. */
  readonly period?: Period;
  /** Those of its counters. */
  readonly periods?: readonly Period[];
  /** When the plan holds, such as in a window; absent: at any time. */
  readonly holds?: Holds;
  /** Resources that the answer needs, although nothing moves them. */
  readonly reads?: readonly string[];
  /** What terms are computed from. */
  readonly alternatives?: Alternatives;
  /** With the source `pending`: the rejection if nothing is pending. Absent: `not_announced`. */
  readonly unlessPending?: Rejection;
}

/** What the rules make of a request: effects to commit, a rejection to record, or a fault that records nothing. */
export type Plan =
  | CommitPlan
  | ({ readonly kind: 'reject'; readonly rejection: Rejection; readonly holds?: Holds } & Claim)
  | { readonly kind: 'lookup'; readonly fault: Fault };

/** Records the rejection under the key. `holds`: when it is true; absent: at any time. */
export function reject(claim: Claim, rejection: Rejection, holds?: Holds): Plan {
  return { kind: 'reject', ...claim, rejection, ...(holds && { holds }) };
}

/** The request cannot be decided. A known key is still answered; for a new key the fault is reported and nothing is recorded. */
export function lookup(fault: Fault): Plan {
  return { kind: 'lookup', fault };
}

export const NO_CONFIG: Fault = {
  code: 'CONFIG_UNAVAILABLE',
  field: null,
  message: 'No valid balance config can be loaded. Send the same key again in a moment.',
};

interface DecisionRequest {
  readonly intent: Intent;
  readonly kind: OperationKind;
  /**
   * What the client sent, without its idempotency key. Values that the server derives must not be in it: they would change the
   * fingerprint.
   */
  readonly input: { readonly [name: string]: Json | undefined };
  /** A fault that does not depend on the rules. */
  readonly fault?: Fault | null;
  /** What the decision reads of the player; absent: nothing. */
  readonly reads?: (rules: BalanceRules) => readonly PlayerRead[];
}

/**
 * Faults in this order: that of the request, no config, that of the plan. `plan` gets the rules with the player's own days, and the
 * player's values by their names.
 */
export function decide(
  request: DecisionRequest,
  plan: (rules: BalanceRules, player: Facts) => Plan,
): Decision {
  const lookupOnly = lookupOperation(request);
  const { now, player, actor } = request.intent;
  const nothing = { needs: null, fault: null, alternatives: null };
  if (request.fault) return { ...nothing, operation: lookupOnly, fault: request.fault };
  if (!request.intent.rules) return { ...nothing, operation: lookupOnly, fault: NO_CONFIG };
  const { rules, zones, holds } = localRules(request.intent.rules, {
    actor,
    stored: request.intent.zones,
    now,
  });
  const reads = request.reads?.(rules) ?? [];
  const needs = neededFacts(reads, rules);
  if (needs && player === null) return { ...nothing, operation: lookupOnly, needs };
  const facts = reads.length > 0 ? playerFacts(reads, sourcesOf(request.intent, needs), rules) : null;
  const planned = plan(rules, facts?.values ?? {});
  // The kind of a plan is the mode of its operation, unless only a pending reward may be paid.
  switch (planned.kind) {
    case 'lookup':
      return { ...nothing, operation: lookupOnly, fault: planned.fault };
    case 'reject': {
      const { kind: mode, holds, ...rejected } = planned;
      const bounds = boundsOf([holds ?? [], facts ?? []].flat());
      const operation = { ...lookupOnly, ...rejected, mode, ...bounds, ...decidedOn(facts) };
      return { ...nothing, operation };
    }
    case 'commit':
      return {
        ...nothing,
        operation: committed(lookupOnly, planned, { local: { rules, zones, holds }, now, facts }),
        alternatives: planned.alternatives ?? null,
      };
  }
}

/** A token says something of its own player alone. */
function sourcesOf({ actor, player }: Intent, needs: NeededFacts | null): PlayerSources {
  const attributes = (actor.kind === 'player' && actor.attributes) || {};
  return { snapshot: needs && player, attributes };
}

function decidedOn(facts: PlayerFacts | null): Pick<Operation, 'decidedOn' | 'factsRead'> {
  return { decidedOn: facts?.number ?? null, factsRead: facts?.values ?? null };
}

/** The time that all of these intervals share. Times of one form compare as texts. */
function boundsOf(intervals: readonly Interval[]): Pick<Operation, 'holdsFrom' | 'holdsUntil'> {
  const sorted = (side: keyof Interval) => intervals.flatMap((interval) => interval[side] ?? []).toSorted();
  return { holdsFrom: sorted('begins').at(-1) ?? null, holdsUntil: sorted('ends').at(0) ?? null };
}

function committed(
  lookupOnly: Operation,
  { kind, period, periods = [], holds, reads = [], alternatives: _, unlessPending, ...effects }: CommitPlan,
  {
    local: { rules, zones, holds: inZones },
    now,
    facts,
  }: {
    readonly local: LocalRules;
    readonly now: Date;
    readonly facts: PlayerFacts | null;
  },
): Operation {
  const rejection = unlessPending ?? null;
  const operation: Operation = { ...lookupOnly, ...effects, mode: rejection ? 'reject' : kind, rejection };
  // By default the level-ups that the postings can cause. What the ledger moves by itself decides for itself.
  const milestones = effects.milestones ?? givesExperience(operation, rules);
  const counted = [...(period ? [period] : []), ...periods, ...operation.limits.map((use) => use.period)];
  const dependsOnDay = zones !== null && counted.some((one) => isDayOf(one, now, rules));
  const intervals: readonly Interval[] = [
    ...counted,
    ...(dependsOnDay && inZones ? [inZones] : []),
    ...[holds ?? []].flat(),
    ...(operation.staff ? [dayIn(now, rules.calendar)] : []),
    ...(facts ? [facts] : []),
  ];
  const shown = shownResources(rules);
  const touched = touchedResources({ ...operation, milestones }, rules);
  return {
    ...operation,
    milestones,
    ...boundsOf(intervals),
    ...decidedOn(facts),
    zones: dependsOnDay ? zones : null,
    resources: [...new Set([...touched, ...reads, ...shown])],
    shown,
  };
}

function isDayOf({ name, begins }: Period, now: Date, { calendar }: BalanceRules): boolean {
  const day = periodIn('day', now, calendar);
  return day.name === name && day.begins === begins;
}

/** The operation before it is decided: it looks the key up and does nothing else. */
function lookupOperation({ intent, kind, input }: DecisionRequest): Operation {
  const { name, permission, limitsServers = false } = kind;
  const { actor, rules, now } = intent;
  const isLimited = actor.kind === 'staff' || (actor.kind === 'server' && limitsServers);
  const sent = withoutAbsent({ ...input, expectedVersion: intent.expectedVersion });
  return {
    ...NO_EFFECTS,
    name,
    mode: 'lookup',
    playerId: intent.playerId,
    // Staff may mistype an ID.
    createsPlayer: actor.kind !== 'staff',
    actor,
    permission,
    staff: isLimited && rules ? staffTerms(rules, now) : null,
    claimType: '',
    claimKey: '',
    idempotencyKey: intent.idempotencyKey,
    fingerprint: sha256(`${name}\n${canonicalJson(sent)}`),
    input: sent,
    correlationId: intent.correlationId,
    clientCorrelationId: intent.clientCorrelationId,
    configVersion: rules?.version ?? null,
    configSha256: rules?.sha256 ?? null,
    expectedVersion: intent.expectedVersion,
  };
}

function staffTerms({ calendar }: BalanceRules, now: Date): StaffTerms {
  const { name: day, ends: renewsAt } = dayIn(now, calendar);
  return { day, renewsAt };
}
