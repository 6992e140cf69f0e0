/**
 * The catalogue of rejections. One row per rejection gives its fields, its message and its documentation; the stored type, the
 * GraphQL type and code (src/schema/rejections.ts) and the members of result unions follow from it.
 */
import { ACTION_REJECTIONS } from './action-rejections.ts';
import { textsOfKey } from './canonical.ts';
import { CODE_REJECTIONS } from './code-rejections.ts';
import { CONFIG_REJECTIONS } from './config-rejections.ts';
import { LIMITS } from './limits.ts';
import { MERGE_REJECTIONS } from './merge-rejections.ts';
import { PENDING_REJECTIONS } from './pending-rejections.ts';
import { NOT_ELIGIBLE, NOT_REVERSIBLE } from './rejection-reasons.ts';
import { type ClaimedBefore, row, type SourceKey, type UnmetRequirements } from './rejection-row.ts';
import type { Amount } from './rules.ts';

export type {
  ClaimReversal,
  ConfigProblem,
  MergeConflict,
  NotEligibleReason,
  NotReversibleReason,
  RejectionField,
  ScopedSourceKey,
  SourceKey,
} from './rejection-row.ts';

/** Such as ": costs 450 auric_coins, gives 1 summon_tokens"; empty where only draws are left. */
function offerText(costs: readonly Amount[], gives: readonly Amount[]): string {
  const list = (amounts: readonly Amount[]) =>
    amounts.map(({ resource, amount }) => `${amount} ${resource}`).join(' and ');
  const parts = [costs.length > 0 && `costs ${list(costs)}`, gives.length > 0 && `gives ${list(gives)}`];
  return parts.some(Boolean) ? `: ${parts.filter(Boolean).join(', ')}` : '';
}

/** Such as "apple GPA.1": the values of the facts that name the source. */
function sourceText({ key }: SourceKey): string {
  return textsOfKey(key).join(' ');
}

export const REJECTIONS = {
  already_claimed: row({
    description:
      'This was given before, under another idempotency key: here is the claim of the player that gave it, and what it gave. If it was given to another player, that claim is not shown (see `original`). This request gives nothing, not even a part that would have been new.',
    fields: {
      sourceKey: {
        type: 'SourceKey',
        nullable: true,
        description: 'The source key that another claim took; null where it was the same claim type and key.',
      },
      reversedBy: {
        type: 'ClaimReversal',
        nullable: true,
        description:
          'The reversal that had taken the claim back whole when this was rejected; null: none had. The key stays taken until the claim is reopened.',
      },
    },
    message: ({ sourceKey, claimId, reversedBy }: ClaimedBefore) => {
      if (sourceKey && claimId === null)
        return `${sourceKey.type} was already given to another player for ${sourceText(sourceKey)}, and is given once in the whole game. Nothing was given now.`;
      const taken = sourceKey
        ? `${sourceKey.type} was already given for ${sourceText(sourceKey)}, by the claim in this answer. Nothing was given now: claim the rest separately.`
        : 'Already claimed. This answer holds the original claim and what it gave.';
      return reversedBy === null
        ? taken
        : `${taken} It was reversed by claim ${reversedBy.claimId}, and stays taken until it is reopened.`;
    },
  }),
  idempotency_key_reused: row({
    description:
      'The key belongs to a request with other input. This is a defect of the client: make one key per intent.',
    fields: {
      fields: {
        type: '[String]',
        description:
          'The input fields that differ from the request that used the key first; `mutation` where it was another mutation, `actor` where staff used it.',
      },
    },
    message: ({ fields }) =>
      `This idempotency key was used for a request that differs in: ${fields.join(', ')}. Use a new key for a new request.`,
  }),
  insufficient_balance: row({
    description: 'The player does not have what this costs.',
    fields: {
      resource: { type: 'ResourceName' },
      available: { type: 'SafeInt', description: 'The amount above the floor.' },
      required: { type: 'SafeInt' },
      counterpartyId: {
        type: 'PlayerId',
        nullable: 'absent',
        from: 'playerId',
        description:
          "The player whose balance it is, where it is not the claim's own player: the recipient of a transfer that is reversed.",
      },
    },
    message: ({ resource, available, required, playerId }) =>
      `Not enough ${resource}${playerId ? ` of player ${playerId}` : ''}: need ${required}, have ${available}.`,
  }),
  limit_exceeded: row({
    description: 'A limit would be exceeded. Nothing was given in part.',
    fields: {
      limit: { type: 'LimitKind' },
      ceilingOf: {
        type: 'ResourceName',
        nullable: true,
        from: 'resource',
        description:
          'The resource of a ceiling, of a limit of transfers or charges, or of a limit of staff that is not in value.',
      },
      bound: { type: 'SafeInt' },
      remaining: { type: 'SafeInt', description: 'What was left of the limit.' },
      requested: { type: 'SafeInt' },
      renewsAt: { type: 'DateTime', nullable: true, description: 'When it renews; null: it does not.' },
      period: {
        type: 'LimitPeriod',
        nullable: 'absent',
        description: 'The period in which the limit counts; null: it does not count.',
      },
      season: {
        type: 'String',
        nullable: 'absent',
        description: 'The name of the season; null for other periods. Outside of it `bound` is 0.',
      },
      sharedLimit: {
        type: 'String',
        nullable: 'absent',
        description:
          'The name of the limit in the balance config, if several claim types or exchanges share it.',
      },
    },
    message: (reached) => LIMITS[reached.limit].message(reached),
  }),
  version_conflict: row({
    description: 'The player has changed since the version that `expectedVersion` named.',
    fields: {
      expected: { type: 'SafeInt' },
      current: { type: 'SafeInt', description: 'The version when this was rejected.' },
    },
    message: ({ expected, current }) =>
      `The player is at version ${current}, not ${expected}. Read the player again, then decide.`,
  }),
  terms_changed: row({
    description:
      'The price, the reward or the odds are not those of the `terms` that were sent. To accept the new ones, send them with a new key.',
    fields: {
      terms: { type: 'Terms', description: 'The terms when this was rejected.' },
      costs: { type: '[ResourceAmount]', description: 'What it costs under these terms.' },
      gives: {
        type: '[ResourceAmount]',
        description: 'What it gives under these terms, apart from draws. A preview shows the odds.',
      },
    },
    message: ({ costs, gives }) =>
      `The terms have changed${offerText(costs, gives)}. To accept them, send the new terms with a new key.`,
  }),
  progress_not_reached: row({
    description:
      'A counter has not reached what this requires. The first counter that is too low, in the order of the config.',
    fields: {
      counter: { type: 'ResourceName' },
      have: { type: 'SafeInt', description: 'What the counter held in its period.' },
      need: { type: 'SafeInt' },
    },
    message: ({ counter, have, need }) =>
      `${counter} is at ${have} of ${need}. Go on, then claim with a new key.`,
  }),
  unknown_player: row({
    description:
      'The player of a staff operation, or the recipient of a transfer, does not exist. Neither is created.',
    fields: { playerId: { type: 'PlayerId' } },
    message: ({ playerId }) =>
      `Unknown player ${playerId}. The first operation of the player or of a game server creates a player; staff cannot.`,
  }),
  player_frozen: row({
    description:
      'Staff froze the player (`Player.frozenAt`): what costs something, and what pays a pending reward, is refused. Nothing moved; a pending reward stays pending.',
    fields: {},
    message: () =>
      'This player is frozen. Nothing moved. Once support has unfrozen the player, send it with a new key.',
  }),
  gifts_declined: row({
    description: 'The recipient accepts no gifts of other players (acceptGifts), or cannot receive any now.',
    fields: { playerId: { type: 'PlayerId' } },
    message: ({ playerId }) => `Player ${playerId} does not accept gifts.`,
  }),
  unknown_claim: row({
    description: 'This player has no granted claim with this ID.',
    fields: { claimId: { type: 'ID' } },
    message: ({ claimId }) =>
      `This player has no granted claim ${claimId}. Check the player and the claim ID.`,
  }),
  not_reversible: row({
    description: 'The claim cannot be reversed, or not in this way: see `why`.',
    fields: {
      claimId: { type: 'ID' },
      why: { type: 'NotReversibleReason' },
      remaining: {
        type: 'SafeInt',
        description:
          'How many times what the claim made is left to reverse: at most the quantity of its exchange, at most 1 of any other claim. 0 for REVERSAL and NOT_BY_SERVERS.',
      },
    },
    message: ({ claimId, why, remaining }) => NOT_REVERSIBLE[why](claimId, remaining),
  }),
  unknown_claim_type: row({
    description: 'The balance config has no such claim type.',
    fields: { claimType: { type: 'ClaimType' } },
    message: ({ claimType }) =>
      `Unknown claim type ${claimType}. After publishing it, wait two minutes and claim with a new key.`,
  }),
  unknown_exchange: row({
    description: 'The balance config has no such exchange.',
    fields: { exchange: { type: 'ClaimType' } },
    message: ({ exchange }) =>
      `Unknown exchange ${exchange}. After publishing it, wait two minutes and send a new key.`,
  }),
  unknown_stat: row({
    description: 'The balance config has no such stat.',
    fields: {
      stat: { type: 'StatName' },
      stats: {
        type: '[StatName]',
        description: 'The stats that it had when this was rejected; empty where it had no stat points.',
      },
    },
    message: ({ stat, stats }) =>
      `Unknown stat ${stat}. ${stats.length > 0 ? `The stats are: ${stats.join(', ')}` : 'There are no stats'}. After publishing it, wait two minutes and send a new key.`,
  }),
  not_available: row({
    description:
      'The claim type or exchange is outside its window, or a table that it draws from is. The clock of the database decides.',
    fields: {
      claimType: { type: 'ClaimType', description: 'The claim type or exchange.' },
      opensAt: { type: 'DateTime', nullable: true, description: 'When it opens; null: it has ended.' },
      closedAt: {
        type: 'DateTime',
        nullable: true,
        description: 'When it ended; null: it has not opened yet.',
      },
    },
    message: ({ claimType, opensAt, closedAt }) =>
      opensAt === null
        ? `${claimType} is no longer available. It ended at ${closedAt}.`
        : `${claimType} is not available yet. It opens at ${opensAt}; send a new key then.`,
  }),
  requirements_not_met: row({
    description:
      'The balance config requires something of the player that they do not fulfil (see `unmet`). It is judged on the state in which it would have been granted; of an announced reward when it was announced.',
    fields: {
      claimType: { type: 'ClaimType', description: 'The claim type or exchange.' },
      unmet: {
        type: '[String]',
        description: 'The text keys of what is not met, in the order of the balance config.',
      },
    },
    // What was read of the player is kept for staff.
    message: ({ claimType, unmet }: UnmetRequirements) =>
      `${claimType} is locked for this player: ${unmet.join(', ')}. When it is fulfilled, send a new key.`,
  }),
  ...MERGE_REJECTIONS,
  ...PENDING_REJECTIONS,
  ...CODE_REJECTIONS,
  not_eligible: row({
    description: 'The player may not claim this in this way.',
    fields: { claimType: { type: 'ClaimType' }, why: { type: 'NotEligibleReason' } },
    message: ({ claimType, why }) => NOT_ELIGIBLE[why](claimType),
  }),
  ...ACTION_REJECTIONS,
  ...CONFIG_REJECTIONS,
} as const;

export type RejectionKind = keyof typeof REJECTIONS;
type Members<K extends RejectionKind> = Parameters<(typeof REJECTIONS)[K]['message']>[0];

/** A rejection as it is answered. `idempotency_key_reused` is never recorded, because the key already has an outcome. */
export type AnsweredRejection = {
  [K in RejectionKind]: { readonly kind: K } & Members<K>;
}[RejectionKind];

/** A rejection that is recorded under the key and replayed as it was. */
export type Rejection = Exclude<AnsweredRejection, { kind: 'idempotency_key_reused' }>;

/** A rejection as the kernel stores it: `already_claimed` has the number of the player's claim that was granted first. */
export type StoredRejection =
  | Exclude<Rejection, { kind: 'already_claimed' | 'reward_expired' | 'unknown_reward' | 'reward_held' }>
  | { readonly kind: 'unknown_reward'; readonly handle: string; readonly number: number }
  | { readonly kind: 'reward_held'; readonly handle: string; readonly number: number }
  | {
      readonly kind: 'reward_expired';
      /** Of the claim that settled it; null: a preview, and nothing has. */
      readonly number: number | null;
      readonly expiredAt: string;
    }
  | {
      readonly kind: 'already_claimed';
      /** Null: the claim is another player's. */
      readonly number: number | null;
      /** Of a guest who was merged into the player, and whose claim it is; absent: it is the player's own. */
      readonly guestHandle?: string;
      readonly sourceKey: SourceKey | null;
      /** The number and the time (milliseconds since 1970) of the reversal that had taken the claim back. */
      readonly reversedBy: { readonly number: number; readonly at: number } | null;
    };

export function rejectionMessage(rejection: AnsweredRejection): string {
  const { message } = REJECTIONS[rejection.kind];
  return (message as (rejection: AnsweredRejection) => string)(rejection);
}
