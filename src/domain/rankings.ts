/**
 * Rankings that are uploaded as a list, of up to 10,000 places: the actions on them, and the payment of one place. A place is that of
 * payoutRanking: paid once in the whole game, by whatever mutation. The kernel holds what became of each (drizzle/kernel/49_rankings.sql).
 */
import type { Json } from './canonical.ts';
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import { badInput } from './fault.ts';
import type { PayoutRule } from './payout-rule.ts';
import { MAX_PARTICIPANTS } from './payout-rule.ts';
import { inputOfPlace, PAYOUT_RANKING, type PlacedPlayer, planPlace } from './payouts.ts';
import { type DecidedAction, decideAction } from './staff-action.ts';

const KIND = { permission: 'ranking:manage' } as const;
export const CREATE_RANKING = { ...KIND, name: 'createRanking', claimType: 'ranking_creation' } as const;
export const RETRY_RANKING = { ...KIND, name: 'retryRanking', claimType: 'ranking_retry' } as const;
export const CANCEL_RANKING = { ...KIND, name: 'cancelRanking', claimType: 'ranking_cancellation' } as const;

export interface CreateRanking {
  readonly payout: string;
  readonly key: string;
  readonly participants: number;
  readonly listId: number;
}

/** The rank table is fixed with the ranking: a config that is published while it is paid does not change it. */
export function decideCreateRanking(intent: Intent, request: CreateRanking): DecidedAction {
  const { payout, key, participants, listId } = request;
  const input = { payout, key, participants, listId };
  const rule = intent.rules?.payouts.get(payout) ?? null;
  const effect = { kind: 'ranking.create', ...input, rule: rule as Json };
  return decideAction({ intent, kind: CREATE_RANKING, input, effect }, () => {
    if (participants > MAX_PARTICIPANTS)
      return badInput('participants', `must be at most ${MAX_PARTICIPANTS}`);
    return rule ? null : badInput('payout', `the balance config has no payout ${payout}`);
  });
}

/** An action that needs nothing but the ranking. */
export function decideOnRanking(
  kind: typeof RETRY_RANKING | typeof CANCEL_RANKING,
  effect: 'retry' | 'cancel',
) {
  return (intent: Intent, { rankingId }: { readonly rankingId: number }): DecidedAction =>
    decideAction({ intent, kind, input: { rankingId }, effect: { kind: `ranking.${effect}`, rankingId } });
}

/** A ranking as its places need it. */
export interface PaidRanking {
  readonly id: number;
  readonly payout: string;
  readonly key: string;
  readonly participants: number;
  readonly rule: PayoutRule;
  /** Rejected places are tried again under other keys. */
  readonly attempt: number;
  /** Hex: a part of their keys that nobody can guess. */
  readonly handle: string;
}

export interface RankedRow {
  /** Its position. */
  readonly line: number;
  readonly player: string;
  readonly rank: number;
  readonly tied: number;
}

/** Pays a place, as a server of the ranking's own, so that its claims can be found together. */
export function decideRankedRow(
  intent: Pick<Intent, 'correlationId' | 'now' | 'rules'>,
  ranking: PaidRanking,
  { line, player, rank, tied }: RankedRow,
): Decision {
  const { id, payout, key, participants, rule, attempt, handle } = ranking;
  const field = `line ${line}`;
  const place: PlacedPlayer = {
    ...{ playerId: player, payout, key, participants, position: line, rank, tied, field },
  };
  return decide(
    {
      intent: {
        ...intent,
        actor: { kind: 'server', id: `ranking:${id}` },
        playerId: player,
        idempotencyKey: `ranking:${handle}:${attempt}:${line}`,
        expectedVersion: null,
        clientCorrelationId: null,
        player: null,
        zones: null,
      },
      kind: PAYOUT_RANKING,
      input: inputOfPlace(place),
    },
    (rules) => {
      const gone = rule.rows
        .flatMap(({ gives }) => gives)
        .find(({ resource }) => !rules.resources.has(resource));
      return gone
        ? lookup(badInput('payout', `the balance config has no resource ${gone.resource} any more`))
        : planPlace(rule, place, rules);
    },
  );
}
