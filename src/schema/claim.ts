/** RewardClaim, BalanceChange, ClaimWithChanges and Receipt: a claim, the balances that it moved, and the answer to it. */
import type { CombatDetail as CombatRecord } from '../domain/claim-detail.ts';
import { GRANT_MANY } from '../domain/grant-many.ts';
import { IMPORT } from '../domain/import.ts';
import { MANUAL_REWARD } from '../domain/manual-reward.ts';
import type { Draw as DrawRecord } from '../domain/moves.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Receipt as ReceiptShape } from '../domain/receipt.ts';
import type { ClaimRow } from '../ledger/read-claims.ts';
import { builder, type RequestContext, type SchemaTypes } from './builder.ts';
import { UsedLimit } from './limits.ts';
import { NO_LEVELS, NO_TIER, PlayerAfter } from './player.ts';

const ActorKind = builder.enumType('ActorKind', {
  description: 'Who acted.',
  values: {
    PLAYER: { value: 'player', description: 'The player, with a token of their own.' },
    SERVER: { value: 'server', description: 'A trusted game server.' },
    STAFF: { value: 'staff', description: 'A member of staff.' },
    OPERATOR: {
      value: 'operator',
      description: 'An operator of Onceward, from the command line: an import.',
    },
  } as const,
});

export const ChangeCause = builder.enumType('ChangeCause', {
  description: 'What moved a balance.',
  values: {
    OPERATION: { value: 'operation', description: 'The operation itself.' },
    MILESTONE: { value: 'milestone', description: 'A level that was reached, or that a reversal took back.' },
    REGENERATION: {
      value: 'regeneration',
      description: 'Regeneration since the balance last moved, written down before this operation.',
    },
    OPENING: {
      value: 'opening',
      description: 'The opening balance, written down before the balance first moved.',
    },
    RESET: {
      value: 'reset',
      description:
        'What a counter lost when its period was over, written down before this operation; or what a reversal restored of that.',
    },
    CONVERSION: {
      value: 'conversion',
      description:
        'What did not fit under the ceiling of the resource in the change before it, given as this resource instead: a duplicate that became shards.',
    },
  } as const,
});

const Draw = builder.objectRef<DrawRecord>('Draw').implement({
  description:
    'The result of one draw from a weighted table of the balance config. A replay shows the same. To verify it: ordered by name, each outcome owns as many rolls as its weight.',
  fields: (t) => ({
    table: t.exposeString('table'),
    outcome: t.exposeString('outcome'),
    roll: t.expose('roll', { type: 'SafeInt', description: 'From 0 to `of` − 1.' }),
    of: t.expose('of', {
      type: 'SafeInt',
      description: 'The total weight of the outcomes that could be drawn.',
    }),
    guaranteed: t.exposeBoolean('guaranteed', {
      description:
        'True: a guarantee of the table restricted the draw to its own outcomes, whose weights add up to `of`.',
    }),
  }),
});

export const BalanceChange = builder.objectRef<ChangeRecord>('BalanceChange').implement({
  description: 'One balance moved by one claim: `after = before + delta`.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    before: t.expose('before', { type: 'SafeInt' }),
    after: t.expose('after', { type: 'SafeInt' }),
    delta: t.expose('delta', { type: 'SafeInt' }),
    requested: t.expose('requested', {
      type: 'SafeInt',
      description:
        'The amount requested. It differs from `delta` where a floor or ceiling of the balance config clamped it. A CONVERSION that follows gives the rest as another resource.',
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'The number of this entry for this player and resource: from 1, without gaps.',
    }),
    cause: t.expose('cause', { type: ChangeCause }),
    cutOff: t.field({
      type: 'SafeInt',
      description: 'What a floor or ceiling cut off: `requested − delta`.',
      resolve: ({ requested, delta }) => requested - delta,
    }),
  }),
});

/** Who made something. */
type Maker = Pick<ClaimRecord, 'actorKind' | 'actorId'>;

/** Players do not see which staff member or operator acted, nor why. */
export function isInternal({ actorKind }: Pick<Maker, 'actorKind'>, { actor }: RequestContext): boolean {
  return actor?.kind === 'player' && (actorKind === 'staff' || actorKind === 'operator');
}

/** Whether the keys and correlation IDs of what somebody made are hidden: players see those of their own requests alone. */
export function isForeign({ actorKind, actorId }: Maker, { actor }: RequestContext): boolean {
  return actor?.kind === 'player' && !(actorKind === 'player' && actorId === actor.id);
}

/** Claim types whose keys follow from who made a claim and why, or from the tables of another system. */
const INTERNAL_KEYS: readonly string[] = [MANUAL_REWARD.claimType, GRANT_MANY.claimType, IMPORT];

/** Whether players neither see the keys of this claim type nor find a claim by them: they could verify guesses. */
export function hasInternalKeys(type: string, { actor }: Pick<RequestContext, 'actor'>): boolean {
  return actor?.kind === 'player' && INTERNAL_KEYS.includes(type);
}

function shownActor({ actorKind, actorId }: Maker, { actor }: RequestContext): string {
  return actor?.kind === 'player' && actorKind !== 'player' ? actorKind : actorId;
}

/** The claim's own ID instead of a key that the caller may not see. */
function shownKey({ id, playerId, type, key }: ClaimRecord, context: RequestContext): string {
  const { actor } = context;
  const isOfAnother = actor?.kind === 'player' && actor.id !== playerId;
  return isOfAnother || hasInternalKeys(type, context) ? id : key;
}

const CombatDetail = builder.objectRef<CombatRecord>('CombatDetail').implement({
  description: 'What a claim of damage or healing records besides what it moved.',
  fields: (t) => ({
    type: t.expose('type', {
      type: 'ClaimType',
      nullable: true,
      description: 'Of damage: one of `combat.damageTypes` of the balance config.',
    }),
    source: t.expose('source', {
      type: 'ClaimKey',
      nullable: true,
      description: 'Where it came from, such as an encounter.',
    }),
  }),
});

type ClaimFields = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, ClaimRecord>;

/** How a claim was decided. */
function decisionFields(t: ClaimFields) {
  return {
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that it was decided under.',
    }),
    amountsVersion: t.expose('amountsVersion', {
      type: 'SafeInt',
      nullable: true,
      description: 'The balance config of its amounts, where another: a reward is paid as announced.',
    }),
    draws: t.field({
      type: [Draw],
      description:
        'Its draws, in order. A draw from the table of an outcome follows the draw of that outcome.',
      resolve: ({ draws }) => [...draws],
    }),
    paidWith: t.exposeInt('paidWith', {
      nullable: true,
      description:
        'Of an exchange with several prices: which one was paid, from 0 in the order of the config.',
    }),
    becamePending: t.exposeBoolean('becamePending', {
      description:
        'True: it did not fit under a ceiling, or was held back by a breaker or because the player was frozen. What it gives its receiver did not move: it is in their `inbox`; once paid, it is a claim of its own. Reversing this claim takes either back.',
    }),
    usedLimits: t.field({
      type: [UsedLimit],
      description:
        'What it used of limits of this player and of the game, and still does after a reversal that does not reopen it. A reward that was announced used them then.',
      resolve: ({ usedLimits }) => [...usedLimits],
    }),
    chosen: t.exposeString('chosen', {
      nullable: true,
      description: 'Of an exchange with options: the one that was chosen.',
    }),
    combat: t.field({
      type: CombatDetail,
      nullable: true,
      description: 'Of applyDamage and heal. Players do not see it of corrections by staff.',
      resolve: (claim, _, context) => (isInternal(claim, context) ? null : claim.combat),
    }),
    factsRead: t.field({
      type: 'JSON',
      nullable: true,
      description:
        "What formulas and conditions read of the player when this was decided, by name: `level`, `tier`, `balance('lumees')`. Null: nothing; to other players, always.",
      resolve: (claim, _, { actor }) =>
        actor?.kind === 'player' && actor.id !== claim.playerId ? null : claim.factsRead,
    }),
  };
}

export const RewardClaim = builder.objectRef<ClaimRecord>('RewardClaim').implement({
  description:
    'A claim as it was recorded. At most one is granted per player, type and key, forever. Rejected ones appear only in a trace.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ClaimId. The two players of a transfer have an ID each.' }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    operation: t.exposeString('operation', { description: 'The mutation that made it.' }),
    type: t.exposeString('type', {
      description:
        'A claim type or exchange of the balance config, or one that the ledger reserves, such as `manual_reward`, `reversal` or `transfer`.',
    }),
    key: t.string({
      description:
        'Identifies the claim within its type. The server derives it for calendar claims and awards. Players see `id` instead of the key of another player, of an award or of an import.',
      resolve: (claim, _, context) => shownKey(claim, context),
    }),
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      nullable: true,
      description: 'Null for players, unless they made the claim.',
      resolve: (claim, _, context) => (isForeign(claim, context) ? null : claim.idempotencyKey),
    }),
    actorKind: t.expose('actorKind', { type: ActorKind }),
    actorId: t.string({
      description: 'The subject of the token. Players see `server`, `staff` or `operator` instead.',
      resolve: (claim, _, context) => shownActor(claim, context),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why a staff member or server made it. Players do not see it.',
      resolve: (claim, _, context) => (isForeign(claim, context) ? null : claim.reason),
    }),
    ...decisionFields(t),
    correlationId: t.id({
      nullable: true,
      description: 'Files the claim: ours; of servers and staff what they sent. Null as idempotencyKey.',
      resolve: (claim, _, context) => (isForeign(claim, context) ? null : claim.correlationId),
    }),
    clientCorrelationId: t.id({
      nullable: true,
      description: 'What the player sent as x-correlation-id; other players do not see it.',
      resolve: (claim, _, context) => (isForeign(claim, context) ? null : claim.clientCorrelationId),
    }),
    playerVersion: t.expose('playerVersion', {
      type: 'SafeInt',
      description:
        'The version of the player after the claim; of a rejected one, the version at which it was rejected.',
    }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime' }),
    counterpartyId: t.expose('counterpartyId', {
      type: 'PlayerId',
      nullable: true,
      description: 'The other player of a transfer (its recipient) or of its reversal.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Of imported history: when it happened in the other system.',
    }),
  }),
});

export const ClaimWithChanges = builder.objectRef<ClaimRow>('ClaimWithChanges').implement({
  description: 'A granted claim and everything that it moved.',
  fields: (t) => ({
    claim: t.field({ type: RewardClaim, resolve: (row) => row }),
    changes: t.expose('changes', { type: [BalanceChange] }),
  }),
});

/** The changes of another player's balances. Players do not see them. */
export function forOthers(changes: readonly ChangeRecord[] | null, { actor }: RequestContext) {
  return actor?.kind === 'player' || !changes ? null : [...changes];
}

export const Receipt = builder.objectRef<ReceiptShape>('Receipt').implement({
  description:
    'The operation was granted, once. A retry with the same key returns the same receipt with `replayed: true`, whatever has happened since.',
  fields: (t) => ({
    claim: t.expose('claim', { type: RewardClaim }),
    changes: t.expose('changes', {
      type: [BalanceChange],
      description: 'One per balance moved, in the order in which they moved; level-ups last.',
    }),
    counterpartyChanges: t.field({
      type: [BalanceChange],
      nullable: true,
      description:
        'Servers and staff: the changes of the other player’s balances. Null for players, and where there is no other player.',
      resolve: ({ counterpartyChanges }, _, context) => forOthers(counterpartyChanges, context),
    }),
    player: t.expose('player', {
      type: PlayerAfter,
      description: 'The player directly after this claim, as far as the claim concerned them.',
    }),
    levelBefore: t.exposeInt('levelBefore', { nullable: true, description: NO_LEVELS }),
    levelAfter: t.exposeInt('levelAfter', { nullable: true, description: NO_LEVELS }),
    tierBefore: t.exposeString('tierBefore', { nullable: true, description: NO_TIER }),
    tierAfter: t.exposeString('tierAfter', { nullable: true, description: NO_TIER }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True: this key was granted before, and these are the original numbers.',
    }),
    archived: t.exposeBoolean('archived', {
      description:
        'True: a replay of an old claim, which was read from the archive. Such a replay takes longer.',
    }),
    correlationId: t.id({
      description:
        'As in `claim`; where a player may not see that, the ID of this request. What this request sent is in the response header x-correlation-id.',
      resolve: ({ claim, correlationId }, _, context) =>
        isForeign(claim, context) ? context.requestId : correlationId,
    }),
  }),
});
