/**
 * What a stored claim asked for, as the request of its mutation: each is decided by the function that decides the mutation. Terms are
 * left out: a player who is shown other terms sends those. So are facts that the draft no longer declares: nobody would state them.
 */
import type { ActorKind } from './actor.ts';
import { type AdvanceProgress, decideAdvanceProgress } from './advance-progress.ts';
import { ANNOUNCE_REWARD, decideAnnounceReward } from './announce-reward.ts';
import { type CampaignRow, decideCampaignGrant } from './campaign-grant.ts';
import { decideClaimReward } from './claim-reward.ts';
import { type Damage, decideApplyDamage, decideHeal, type HealthChange } from './combat.ts';
import type { Decision, Intent } from './decide.ts';
import { decideExchange, type Exchange, readsOfExchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import { decideGrant, type GrantItem } from './grant-many.ts';
import { decideManualReward, type ManualReward } from './manual-reward.ts';
import type { Choice, Posting } from './moves.ts';
import { decidePlace, type PlacedPlayer } from './payouts.ts';
import { progressOfClaim } from './progress.ts';
import type { KnownPlayer } from './replay-player.ts';
import type { NotReplayed, StoredAnnouncement, StoredClaim } from './replay-rows.ts';
import { readsOfClaimType } from './reward-plan.ts';
import type { BalanceRules, Facts, PlayerRead, TableDraws } from './rules.ts';
import { decideSpendResource, type SpendResource } from './spend-resource.ts';
import { decideSpendStatPoints, type SpendStatPoints } from './spend-stat-points.ts';
import { decideTakeResource, type TakeResource } from './take-resource.ts';
import { decideTransferResource, type TransferResource } from './transfer-resource.ts';
import type { Reason } from './values.ts';

/** Under a draft an intent always has rules. */
export type DraftIntent = Intent & { readonly rules: BalanceRules };

export type Asked =
  | {
      readonly kind: 'asked';
      readonly postings: readonly Posting[];
      /** Of a price or a streak. */
      readonly choices: readonly Choice[];
      readonly draws: readonly TableDraws[];
    }
  | { readonly kind: 'refused'; readonly why: string }
  /** The draft asks for other facts. */
  | { readonly kind: 'facts'; readonly detail: string }
  /** `isInput`: the request would be refused; otherwise a formula fails. */
  | { readonly kind: 'fault'; readonly isInput: boolean; readonly why: string; readonly detail: string };

export interface ReplayedRequest extends KnownPlayer {
  readonly by: ActorKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reads: (rules: BalanceRules) => readonly PlayerRead[];
  readonly ask: (intent: DraftIntent) => Asked;
}

/** Claims whose amounts follow from neither the request nor the config, and what moves nothing. Null: another. */
export function fixedOf({ fixed, operation, announcement }: StoredClaim): NotReplayed | 'nothing' | null {
  if (operation === ANNOUNCE_REWARD.name) return 'nothing';
  if (fixed) return fixed;
  // A campaign announces what its list gives; a grant or transfer that did not fit waited as it was.
  if (announcement === 'waited' || (announcement && announcement.operation !== ANNOUNCE_REWARD.name))
    return 'waited';
  return FIXED[operation] ?? null;
}

const FIXED: Readonly<Record<string, NotReplayed>> = {
  reverseClaim: 'reversal',
  redeemCode: 'code',
  import: 'imported',
  mergePlayer: 'merge',
};

/** Null: nothing replays this operation. */
export function askedOf(claim: StoredClaim): ReplayedRequest | null {
  const { announcement, input, facts, at } = claim;
  // An operator makes no claim but imports.
  const by = claim.by === 'operator' ? 'server' : claim.by;
  const known = balancesBefore(claim);
  if (announcement && announcement !== 'waited') return announcedReward(claim, announcement);
  if (claim.operation === 'claimReward') return { by, at, facts, known, ...claimRewardOf(claim) };
  if (claim.operation === 'exchange') return { by, at, facts, known, ...exchangeOf(input) };
  const decide = STATED[claim.operation];
  if (!decide) return null;
  return { by, at, facts, known, reads: () => [], ask: (intent) => askedBy(decide(intent, input as never)) };
}

/** What the claim found of each balance, and what it did not move. */
function balancesBefore({ entries, shown }: StoredClaim): Readonly<Record<string, number>> {
  const before: Record<string, number> = { ...shown };
  for (const { resource, before: amount } of entries.toReversed()) before[resource] = amount;
  return before;
}

type Asking = Pick<ReplayedRequest, 'reads' | 'ask'>;

interface StoredTicket {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
}

function claimRewardOf({ type, input }: StoredClaim): Asking {
  const {
    key = null,
    facts = null,
    ticket = null,
  } = input as Partial<{
    key: string;
    facts: Facts;
    ticket: StoredTicket;
  }>;
  return {
    reads: ({ claimTypes }) => readsOfClaimType(claimTypes.get(type)),
    ask: (intent) => {
      const declared = (stated: Facts | null) => stated && declaredFacts(stated, type, intent.rules);
      const signed = ticket && {
        ...{ ...ticket, facts: declared(ticket.facts) ?? {}, playerId: intent.playerId, expired: false },
      };
      return askedBy(
        decideClaimReward(intent, { type, key, facts: declared(facts), ticket: signed, terms: null }),
      );
    },
  };
}

function declaredFacts(facts: Facts, type: string, { claimTypes }: BalanceRules): Facts {
  const declared = claimTypes.get(type)?.facts;
  return declared ? Object.fromEntries(Object.entries(facts).filter(([name]) => declared.has(name))) : facts;
}

function exchangeOf(input: StoredClaim['input']): Asking {
  const request = input as Partial<Exchange> & Pick<Exchange, 'exchange' | 'quantity'>;
  const { exchange, quantity, payWith = null, choose = null } = request;
  return {
    reads: ({ exchanges }) => readsOfExchange(exchanges.get(exchange)),
    ask: (intent) =>
      askedBy(decideExchange(intent, { exchange, quantity, payWith, choose, terms: null }, null)),
  };
}

/** What was announced is paid: its amounts are those of the announcement. The counters that the claim advances move when it is paid. */
function announcedReward(claim: StoredClaim, announcement: StoredAnnouncement): ReplayedRequest {
  const { type, key, facts = null } = announcement.input as { type: string; key: string; facts?: Facts };
  const { by, at, facts: read, shown } = announcement;
  return {
    by: by === 'operator' ? 'server' : by,
    ...{ at, facts: read, known: shown },
    reads: ({ claimTypes }) => readsOfClaimType(claimTypes.get(type)),
    ask: (intent) => {
      const { rules } = intent;
      const declared = facts && declaredFacts(facts, type, rules);
      const request = { type, key, facts: declared, message: null, expiresAt: null, reason: null };
      // The dice are those of the claim: these are not used.
      const decision = decideAnnounceReward(intent, request, () => 0);
      const asked = askedBy(decision);
      const { source } = decision.operation;
      const rule = rules.claimTypes.get(type);
      if (asked.kind !== 'asked' || source.kind !== 'announcement' || !rule) return asked;
      const isClaimed = claim.operation === 'claimReward';
      const { advances } = progressOfClaim(
        { requires: [], advances: rule.advances, streak: isClaimed ? rule.streak : null },
        new Date(claim.at),
        rules,
      );
      return {
        ...asked,
        postings: [...source.announces.plan.postings, ...advances],
        choices: [],
        draws: rule.draws,
      };
    },
  };
}

function askedBy({ operation, fault, alternatives }: Decision): Asked {
  if (fault) return faultOf(fault);
  if (operation.mode !== 'commit') return { kind: 'refused', why: operation.rejection?.kind ?? 'unknown' };
  return {
    kind: 'asked',
    postings: [...operation.postings, ...operation.advances],
    choices: operation.choices,
    draws: alternatives?.[0].draws ?? [],
  };
}

function faultOf({ code, field, message, detail }: Fault): Asked {
  if (field && /^(ticket\.)?facts\b/.test(field)) return { kind: 'facts', detail: `${field}: ${message}` };
  return {
    kind: 'fault',
    isInput: code !== 'CONFIG_UNAVAILABLE',
    why: 'not_accepted',
    detail: detail ?? message,
  };
}

const NO_REASON = '' as Reason;

/** Mutations whose amounts the request states, or a rank table: they read nothing of the player. The inputs are those that they record. */
const STATED: Readonly<Record<string, (intent: DraftIntent, input: never) => Decision>> = {
  manualReward: (intent, { grants }: ManualReward) =>
    decideManualReward(intent, { grants, reason: NO_REASON, rewardId: null }),
  grantMany: (intent, { campaign, item, gives }: GrantItem) => {
    const given = { playerId: intent.playerId, campaign, item, gives };
    return decideGrant(intent, { ...given, reason: NO_REASON, onFull: null, field: 'items[0]' });
  },
  runCampaign: (intent, input: { readonly campaign: string } & Pick<CampaignRow, 'item' | 'gives'>) => {
    const { campaign: name, item, gives } = input;
    const campaign = { id: 0, name, key: '', reason: '', onFull: null, message: null, expiresAt: null };
    return decideCampaignGrant(intent, campaign, { line: 0, player: intent.playerId, item, gives });
  },
  payoutRanking: (intent, place: PlacedPlayer) =>
    decidePlace(intent, { ...place, playerId: intent.playerId, field: 'ranks[0]' }),
  transferResource: (intent, { resource, amount }: TransferResource) =>
    decideTransferResource(intent, { toPlayerId: 'another', resource, amount }),
  spendResource: (intent, { resource, amount }: SpendResource) =>
    decideSpendResource(intent, { resource, amount, reason: NO_REASON }),
  takeResource: (intent, { resource, amount, ifInsufficient }: TakeResource) =>
    decideTakeResource(intent, { resource, amount, reason: NO_REASON, ifInsufficient }),
  applyDamage: (intent, { amount, type = null }: Partial<Damage> & Pick<Damage, 'amount'>) =>
    decideApplyDamage(intent, { amount, type, source: null, reason: null }),
  heal: (intent, { amount }: HealthChange) => decideHeal(intent, { amount, source: null, reason: null }),
  spendStatPoints: (intent, { points }: SpendStatPoints) => decideSpendStatPoints(intent, { points }),
  advanceProgress: (intent, { key, counters }: AdvanceProgress) =>
    decideAdvanceProgress(intent, { key, counters, facts: null }),
};
