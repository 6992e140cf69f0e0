// The kernel rejects operations without knowing whose they are. Every rejection that it can give an operation is in the union of
// its mutation: otherwise the answer would be INTERNAL, under that key for good.
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import type { Decision, Intent } from '../../src/domain/decide.ts';
import type { Roll } from '../../src/domain/draw.ts';
import { IMPORT } from '../../src/domain/import.ts';
import { HELD_REWARD, type Operation } from '../../src/domain/operation.ts';
import { REJECTIONS, type RejectionKind } from '../../src/domain/rejections.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import * as definitions from '../../src/resolvers/all.ts';
import type { Mutation } from '../../src/resolvers/define-mutation.ts';
import { OPERATIONS, RESERVED_CLAIM_TYPES } from '../../src/resolvers/schema.ts';
import { announcementOf } from '../domain/announcements.ts';
import { intentOf, PLAYER, RULES, SERVER, STAFF } from '../domain/rules.ts';
import { readFiles } from './source-tree.ts';

type Decide = (intent: Intent, request: unknown, roll: Roll) => Decision;

/** Requests that reach the kernel in every way in which an operation of the mutation can, under the rules of test/domain/rules.ts. */
const REQUESTS: Readonly<Record<string, readonly object[]>> = {
  acceptGifts: [{ accept: false }],
  advanceProgress: [{ key: 'match-1', counters: [{ counter: 'wins', by: 1 }], facts: null }],
  announceReward: [
    announcementOf({ type: 'report', key: 'r-1', facts: { source: 'm-1', minute: 3, shown: true } }),
    announcementOf({ type: 'quest', key: 'q-1', facts: null }),
    announcementOf({ type: 'loot', key: 'l-1', facts: null }),
  ],
  applyDamage: [{ amount: 5, source: null, reason: 'a correction', type: null }],
  claimReward: [
    { type: 'daily', key: null, facts: null, ticket: null, terms: null },
    { type: 'tournament', key: 'cup-1', facts: null, ticket: null, terms: null },
    { type: 'bounty', key: 'bounty-1', facts: null, ticket: null, terms: null },
    { type: 'quest', key: 'q-1', facts: null, ticket: null, terms: null },
    {
      type: 'report',
      key: 'r-1',
      facts: { source: 'm-1', minute: 3, shown: true },
      ticket: null,
      terms: null,
    },
    { type: 'picnic', key: 'p-1', facts: null, ticket: null, terms: null },
  ],
  collectRewards: [{ ids: null }],
  exchange: ['drop', 'buy_gem', 'open_chest', 'wager', 'training', 'barter'].map((exchange) => ({
    exchange,
    quantity: 1,
    payWith: null,
    choose: null,
    terms: null,
  })),
  freezePlayer: [{ reason: 'a suspicion' }],
  heal: [{ amount: 5, source: null, reason: 'a correction' }],
  grantMany: [
    {
      playerId: 'p1',
      campaign: 'outage',
      item: 'apology',
      gives: [{ resource: 'gold', amount: 10 }],
      reason: 'an outage',
      onFull: null,
      field: 'items[0]',
    },
  ],
  manualReward: [
    { grants: [{ resource: 'gold', amount: 5 }], reason: 'a lost match', rewardId: null },
    { grants: [{ resource: 'experience', amount: 5 }], reason: 'a lost match', rewardId: 'promo-1' },
  ],
  mergePlayer: ['refuse', 'account_wins'].map((onConflict) => ({
    guestId: 'guest-7',
    onConflict,
    reason: 'the guest logged in',
  })),
  redeemCode: [{ digest: '0'.repeat(64) }],
  recoverReward: ['bounty', 'gone'].map((type) => ({ type, key: 'k-1', reason: 'a lost match' })),
  reverseClaim: ['refuse', 'debt'].map((ifInsufficient) => ({
    claimId: '7zzzzzzzzzzzzzzz1',
    reason: 'a lost match',
    ifInsufficient,
    reopen: false,
    quantity: null,
  })),
  payoutRanking: [
    {
      playerId: 'p1',
      payout: 'arena',
      key: 'week-48',
      participants: 1,
      position: 1,
      rank: 1,
      tied: 1,
      field: 'ranks[0]',
    },
  ],
  spendResource: [{ resource: 'gold', amount: 10, reason: 'an entry fee' }],
  spendStatPoints: [{ points: [{ stat: 'energy', points: 1 }] }, { points: [{ stat: 'mana', points: 1 }] }],
  takeResource: ['refuse', 'clamp', 'debt'].map((ifInsufficient) => ({
    resource: 'gold',
    amount: 10,
    reason: 'given twice',
    ifInsufficient,
  })),
  transferResource: [{ toPlayerId: 'p2', resource: 'gold', amount: 10 }],
  unfreezePlayer: [{ reason: 'nothing was found' }],
};

const ACTORS: readonly Actor[] = [PLAYER, SERVER, STAFF];

const mutations = Object.values(definitions).filter((definition) => definition.root === 'mutation');

/** The operations of a mutation that are committed or recorded as rejected. */
function operationsOf({ name, actors }: Mutation): readonly Operation[] {
  const { decide } = mutations.find((mutation) => mutation.name === name)?.definition as unknown as {
    decide: Decide;
  };
  return ACTORS.filter(({ kind }) => actors.includes(kind))
    .flatMap((actor) =>
      (REQUESTS[name] ?? []).map((request) => decide(intentOf(actor), request, () => 0).operation),
    )
    .filter(({ mode }) => mode !== 'lookup');
}

/** What drizzle/kernel/05_judge.sql can make of an operation. */
function rejectionsOf(operation: Operation, ownKeys: boolean): ReadonlySet<RejectionKind> {
  const { mode, rejection, source, claimType, counterparty, milestones, staff, limits, sourceKeys } =
    operation;
  if (mode === 'reject') return new Set(rejection ? [rejection.kind] : []);
  const { postings, choices, counterparty_postings } = encodeOperation(operation);
  const drawn = choices.flatMap(({ one_of }) => one_of.flatMap((one) => one.postings));
  const bounded = [...postings, ...counterparty_postings, ...drawn].filter(({ clamp }) => !clamp);
  const held = ['pending', 'code', 'reversal'].includes(source.kind);
  const can: Partial<Record<RejectionKind, boolean>> = {
    version_conflict: true,
    player_merged: true,
    merge_conflicts: source.kind === 'merge',
    gifts_declined: counterparty !== null && source.kind !== 'merge',
    progress_not_reached: operation.requires.length > 0,
    unknown_player: !operation.createsPlayer || counterparty !== null,
    // Under a name that nothing else uses, a claim with this key is the operation's own, which is answered before.
    already_claimed:
      !ownKeys || operation.claimKey !== operation.idempotencyKey || sourceKeys.length > 0 || held,
    not_announced: source.kind === 'pending',
    // What was held back has a claim type of its own.
    reward_held: source.kind === 'pending' && !RULES.claimTypes.has(claimType),
    // Breakers count what config names: other operations are granted, and what they give is held back.
    emission_paused:
      source.kind === 'pending' || RULES.exchanges.has(claimType) || RULES.claimTypes.has(claimType),
    // What only gives is held. Staff and game servers go on with what nobody buys anything with.
    player_frozen:
      !['reversal', 'announcement'].includes(source.kind) &&
      !['reward:take', 'combat:correct'].includes(operation.permission) &&
      (source.kind === 'pending' ||
        RULES.claimTypes.has(claimType) ||
        counterparty !== null ||
        [...postings, ...drawn].some(({ delta }) => Number(delta) < 0)),
    unknown_code: source.kind === 'code',
    code_used_up: source.kind === 'code',
    code_not_valid: source.kind === 'code',
    reward_expired:
      source.kind === 'pending' || source.kind === 'announcement' || RULES.claimTypes.has(claimType),
    unknown_claim: source.kind === 'reversal',
    not_reversible: source.kind === 'reversal',
    insufficient_balance: source.kind === 'reversal' || bounded.some(({ delta }) => Number(delta) < 0),
    limit_exceeded:
      held ||
      milestones ||
      // Correcting health and freezing use no limits.
      (staff !== null && !['combat:correct', 'player:freeze'].includes(operation.permission)) ||
      limits.length > 0 ||
      bounded.some(({ delta }) => Number(delta) > 0),
  };
  return new Set((Object.keys(can) as RejectionKind[]).filter((kind) => can[kind]));
}

test('every mutation has requests here', () => {
  const names = OPERATIONS.flatMap(({ root, name }) => (root === 'mutation' ? [name] : []));
  expect(Object.keys(REQUESTS).toSorted()).toEqual(names.toSorted());
});

describe('every rejection that the kernel can give is in the union of', () => {
  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))('%s', (_, mutation) => {
    const operations = operationsOf(mutation);
    expect(operations.filter(({ mode }) => mode === 'commit').length).toBeGreaterThan(0);
    for (const operation of operations) {
      const possible = new Set(rejectionsOf(operation, true));
      // No item of a bulk expects a version.
      if (mutation.isBulk) possible.delete('version_conflict');
      // It has a rejection of its own where nothing is pending (drizzle/kernel/15_collect.sql).
      if (mutation.name === 'collectRewards') possible.delete('not_announced');
      expect([...possible].filter((kind) => !mutation.rejections.includes(kind))).toEqual([]);
    }
  });
});

test('no two mutations record claims under the same name, so a claim under their own keys is their own', () => {
  const own = OPERATIONS.flatMap((operation) => (operation.root !== 'query' && operation.claimType) || []);
  expect(new Set(RESERVED_CLAIM_TYPES)).toEqual(new Set([...own, IMPORT, HELD_REWARD]));
  expect(RESERVED_CLAIM_TYPES).toHaveLength(new Set(RESERVED_CLAIM_TYPES).size);
});

test('the kernel has no rejection that is missing here', () => {
  const sql = readFiles(['drizzle/kernel'], /^(0[3-5]|7[679]|88)_\w+\.sql$/)
    .map(({ text }) => text)
    .join('\n');
  const known = Object.keys(REJECTIONS) as RejectionKind[];
  const made = new Set(known.filter((kind) => sql.includes(`'${kind}'`)));
  const possible = mutations.flatMap((mutation) =>
    operationsOf(mutation).flatMap((operation) =>
      operation.mode === 'commit' ? [...rejectionsOf(operation, true)] : [],
    ),
  );
  expect(made).toEqual(new Set(possible));
  const kinds = [...sql.matchAll(/'kind',\s*'([a-z_]+)'/g)].map(([, kind]) => kind);
  expect(kinds.filter((kind) => !known.includes(kind as RejectionKind))).toEqual([]);
});

test('where another claim type shares the names of exchanges, a missing rejection is found', () => {
  const possible = operationsOf(definitions.exchange).flatMap((operation) => [
    ...rejectionsOf(operation, false),
  ]);
  expect(possible.filter((kind) => !definitions.exchange.rejections.includes(kind))).toContain(
    'already_claimed',
  );
});
