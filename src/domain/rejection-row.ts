/** A row of the catalogue of rejections: the types of its fields, from which the stored type of each rejection follows. */
import type { LimitName, LimitPeriod } from './limits.ts';
import type { Amount, Facts, SourceScope } from './rules.ts';

/** A uniqueness key of a claim besides its type and key: the resource, here `type`, is given once for the source, here `key`. */
export interface SourceKey {
  readonly type: string;
  readonly key: string;
}

/** As an operation takes it: for one player, or in the whole game. */
export interface ScopedSourceKey extends SourceKey {
  readonly scope: SourceScope;
}

export type NotEligibleReason = 'ticket_required' | 'server_only' | 'not_by_staff';

export type NotReversibleReason =
  | 'reversal'
  | 'merge'
  | 'expired'
  | 'collected'
  | 'archived'
  | 'not_by_servers'
  | 'quantity'
  | 'draws'
  | 'reopen';

/** What keeps a guest and an account from being one player. Members that do not apply are null. */
export interface MergeConflict {
  readonly conflict: 'balance_full' | 'limit_exceeded' | 'pending' | 'claimed';
  /** The resource, the counter of the limit, or the claim type. */
  readonly name: string;
  /** The claim key. */
  readonly key: string | null;
  readonly period: string | null;
  /** What both have or have used together, and what one may. */
  readonly total: number | null;
  readonly bound: number | null;
}

/** Why a player is not erased. */
export type ErasureRefusal = 'unknown_player';

/** Why a proposal is not approved or withdrawn: whose it is, who asks, or its state. */
export type ProposalRefusal =
  | 'own'
  | 'about_you'
  | 'role'
  | 'approved'
  | 'executed'
  | 'withdrawn'
  | 'expired';

/** Why a game server is not changed. */
export type ServerRefusal = 'unknown_server' | 'unknown_operation' | 'unknown_claim_type';

/** Why a list does not take what is asked of it: its state, what was uploaded, or what its rows say. */
export type ListRefusal =
  | 'open'
  | 'closed'
  | 'other_kind'
  | 'chunk_differs'
  | 'not_filled'
  | 'empty'
  | 'chunks_missing'
  | 'repeated_players'
  | 'gives_missing'
  | 'gives_twice'
  | 'other_participants'
  | 'not_ranked'
  | 'tied';

/** Why a ranking does not take an action: its state. */
export type RankingRefusal = 'paying' | 'published' | 'cancelled';

/** Why a campaign does not take what is asked of it: its state, or what it gives. */
export type CampaignRefusal =
  | 'checking'
  | 'ready'
  | 'running'
  | 'paused'
  | 'done'
  | 'cancelled'
  | 'not_giveable';

/** Why an undo does not take an action: its state, or that it has no claims. */
export type UndoRefusal =
  | 'selecting'
  | 'checking'
  | 'ready'
  | 'running'
  | 'paused'
  | 'done'
  | 'cancelled'
  | 'empty';

/** Why an endpoint is not made or changed. */
export type EndpointRefusal = 'too_many' | 'events_gone' | 'ahead' | 'no_dead_letters' | 'too_many_waiting';

/** Why a balance config is not published, scheduled or cancelled: the owner's setting, what is scheduled, or the time. */
export type ConfigRefusal = 'off' | 'scheduled' | 'not_scheduled' | 'past' | 'game_limits' | 'unchanged';

/** A part of a balance config, and what is wrong with it, or what changes. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** Why a change of staff or a role is not made. */
export type StaffRefusal =
  | 'unknown_member'
  | 'known_member'
  | 'own'
  | 'unknown_role'
  | 'known_role'
  | 'too_many_roles'
  | 'built_in'
  | 'has_members'
  | 'last_manager'
  | 'not_held'
  | 'not_limited';

/** The reversal that took a claim back whole. */
export interface ClaimReversal {
  readonly claimId: string;
  /** ISO 8601, UTC. */
  readonly reversedAt: string;
}

/** What the message of `already_claimed` reads. */
export interface ClaimedBefore {
  readonly sourceKey: SourceKey | null;
  /** Null: another player's claim has the source key. */
  readonly claimId: string | null;
  readonly reversedBy: ClaimReversal | null;
}

/** What is stored of `requirements_not_met`: what was read of the player is kept for staff. */
export interface UnmetRequirements {
  readonly claimType: string;
  readonly unmet: readonly string[];
  /** By name. */
  readonly factsRead: Facts;
}

/** GraphQL types of rejection fields, with the TypeScript type of their values. */
interface FieldTypes {
  CampaignRefusal: CampaignRefusal;
  ID: string;
  SafeInt: number;
  ClaimKey: string;
  ClaimReversal: ClaimReversal;
  ClaimType: string;
  ConfigRefusal: ConfigRefusal;
  DateTime: string;
  LimitKind: LimitName;
  LimitPeriod: LimitPeriod;
  ListRefusal: ListRefusal;
  String: string;
  NotEligibleReason: NotEligibleReason;
  NotReversibleReason: NotReversibleReason;
  PlayerId: string;
  ProposalRefusal: ProposalRefusal;
  ResourceName: string;
  SourceKey: SourceKey;
  StatName: string;
  Terms: string;
  StaffRefusal: StaffRefusal;
  ServerRefusal: ServerRefusal;
  UndoRefusal: UndoRefusal;
  ErasureRefusal: ErasureRefusal;
  EndpointRefusal: EndpointRefusal;
  RankingRefusal: RankingRefusal;
  '[ConfigProblem]': readonly ConfigProblem[];
  '[MergeConflict]': readonly MergeConflict[];
  '[ResourceAmount]': readonly Amount[];
  '[StatName]': readonly string[];
  '[String]': readonly string[];
}

export interface RejectionField {
  readonly type: keyof FieldTypes;
  /** `true`: always stored, may be null. `absent`: may be missing, also in older records; then it is null. */
  readonly nullable?: true | 'absent';
  /** The member of the stored rejection, if the GraphQL field has another name. */
  readonly from?: string;
  readonly description?: string;
}

type Fields = Readonly<Record<string, RejectionField>>;
type StoredName<N, F> = F extends { readonly from: infer S extends string } ? S : N;
type Optional<F extends Fields> = {
  [N in keyof F]: F[N] extends { readonly nullable: 'absent' } ? N : never;
}[keyof F];
type ValueOf<F extends RejectionField> = FieldTypes[F['type']] | (F['nullable'] extends true ? null : never);
/** The members of a stored rejection. */
type Stored<F extends Fields> = {
  readonly [N in Exclude<keyof F, Optional<F>> as StoredName<N, F[N]>]: ValueOf<F[N]>;
} & { readonly [N in Optional<F> as StoredName<N, F[N]>]?: ValueOf<F[N]> };

interface RejectionRow<F extends Fields, R extends Stored<F>> {
  readonly description: string;
  readonly fields: F;
  /** Says what to do about it. */
  readonly message: (rejection: R) => string;
}

/** Infers what a row's message reads from the row's fields, unless the message names a type with more members. */
export function row<const F extends Fields, R extends Stored<F> = Stored<F>>(
  definition: RejectionRow<F, R>,
): RejectionRow<F, R> {
  return definition;
}
