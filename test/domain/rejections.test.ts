import { describe, expect, test } from 'vitest';
import { LIMITS, type LimitName } from '../../src/domain/limits.ts';
import {
  type AnsweredRejection,
  REJECTIONS,
  type RejectionField,
  type RejectionKind,
  rejectionMessage,
} from '../../src/domain/rejections.ts';
import { MERGE_EXAMPLES } from './merge-rejections.ts';

type Examples = { [K in RejectionKind]: [Extract<AnsweredRejection, { kind: K }>, string[]][] };

/** Examples of every kind, each with what its message contains. The type requires an entry for each kind. */
const EXAMPLES: Examples = {
  requirements_not_met: [
    [
      {
        kind: 'requirements_not_met',
        claimType: 'royal_chest',
        unmet: ['locked.gold_tier', 'locked.level_10'],
        factsRead: { level: 3 },
      },
      ['royal_chest', 'locked.gold_tier, locked.level_10', 'new key'],
    ],
  ],
  ...MERGE_EXAMPLES,
  unknown_record: [[{ kind: 'unknown_record', record: 'proposal', id: 7 }, ['proposal 7']]],
  proposal_refused: [
    [{ kind: 'proposal_refused', proposalId: 7, why: 'own' }, ['Proposal 7', 'Somebody else']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'about_you' }, ['yourself', 'Somebody else']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'role' }, ['permission']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'approved' }, ['approved before']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'executed' }, ['executed before']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'withdrawn' }, ['withdrawn', 'again']],
    [{ kind: 'proposal_refused', proposalId: 7, why: 'expired' }, ['expired', 'again']],
  ],
  endpoint_refused: [
    [{ kind: 'endpoint_refused', endpointId: null, why: 'too_many' }, ['20 endpoints', 'Disable one']],
    [{ kind: 'endpoint_refused', endpointId: 7, why: 'events_gone' }, ['no longer', 'later time']],
    [{ kind: 'endpoint_refused', endpointId: 7, why: 'ahead' }, ['earlier time']],
    [{ kind: 'endpoint_refused', endpointId: 7, why: 'no_dead_letters' }, ['no such dead letters']],
    [{ kind: 'endpoint_refused', endpointId: 7, why: 'too_many_waiting' }, ['Send again when']],
  ],
  staff_refused: [
    [{ kind: 'staff_refused', subject: 's-1', why: 'own', about: null }, ['You are s-1.', 'Somebody else']],
    [
      { kind: 'staff_refused', subject: 's-1', why: 'not_held', about: 'rewardLimit' },
      ['cannot give s-1', ': rewardLimit.'],
    ],
    [
      { kind: 'staff_refused', subject: 'lead', why: 'has_members', about: null },
      ['The role lead has members.'],
    ],
    [{ kind: 'staff_refused', subject: 's-1', why: 'last_manager', about: null }, ['Without s-1', 'nobody']],
  ],
  server_refused: [
    [
      { kind: 'server_refused', serverId: 'arena-9', why: 'unknown_server', about: null },
      ['arena-9 is not registered.', 'setServer'],
    ],
    [
      { kind: 'server_refused', serverId: 'arena-9', why: 'unknown_operation', about: 'claimTwice' },
      ['arena-9 cannot get', ': claimTwice.'],
    ],
  ],
  name_taken: [[{ kind: 'name_taken', record: 'list', id: 7 }, ['list 7', 'another']]],
  list_refused: [
    [{ kind: 'list_refused', listId: 7, why: 'empty', lines: [] }, ['List 7 has no rows.']],
    [{ kind: 'list_refused', listId: 7, why: 'repeated_players', lines: ['3 and 9'] }, ['3 and 9', 'twice']],
  ],
  campaign_refused: [
    [{ kind: 'campaign_refused', campaignId: 7, why: 'done', about: null }, ['Campaign 7 is done.']],
    [{ kind: 'campaign_refused', campaignId: 7, why: 'not_giveable', about: 'gold' }, ['cannot give: gold']],
  ],
  config_changed: [
    [{ kind: 'config_changed', current: 7, scheduled: null }, ['version is 7.', 'new key']],
    [{ kind: 'config_changed', current: 7, scheduled: 8 }, ['7, and version 8 is scheduled']],
    [{ kind: 'config_changed', current: null, scheduled: null }, ['none']],
  ],
  config_invalid: [
    [
      { kind: 'config_invalid', problems: [{ path: 'timeZone', message: 'must be text' }] },
      ['not valid: timeZone must be text'],
    ],
    [{ kind: 'config_invalid', problems: [] }, ['problems']],
  ],
  config_reopens: [
    [
      { kind: 'config_reopens', changes: [{ path: 'claimTypes.daily.period', message: 'x' }] },
      ['claimTypes.daily.period'],
    ],
  ],
  config_refused: [
    [{ kind: 'config_refused', why: 'off', version: null }, ['switched', 'off']],
    [{ kind: 'config_refused', why: 'scheduled', version: 7 }, ['Version 7 is scheduled', 'cancel']],
    [{ kind: 'config_refused', why: 'not_scheduled', version: 7 }, ['Version 7 is not scheduled']],
    [{ kind: 'config_refused', why: 'past', version: null }, ['publishAt']],
    [{ kind: 'config_refused', why: 'game_limits', version: null }, ['at once']],
    [{ kind: 'config_refused', why: 'unchanged', version: 7 }, ['Version 7 has this document']],
  ],
  gifts_declined: [[{ kind: 'gifts_declined', playerId: 'p-2' }, ['p-2', 'gifts']]],
  already_claimed: [
    [{ kind: 'already_claimed', sourceKey: null, claimId: 'x', reversedBy: null }, ['original claim']],
    [
      {
        kind: 'already_claimed',
        sourceKey: { type: 'skill', key: 'match/7' },
        claimId: 'x',
        reversedBy: null,
      },
      ['Nothing', 'skill', 'match/7', 'separately'],
    ],
    [
      {
        kind: 'already_claimed',
        sourceKey: { type: 'coins', key: '5:apple5:GPA.1' },
        claimId: 'x',
        reversedBy: null,
      },
      ['for apple GPA.1,'],
    ],
    [
      {
        kind: 'already_claimed',
        sourceKey: null,
        claimId: 'x',
        reversedBy: { claimId: 'c-8', reversedAt: '2026-11-02T10:00:00.000Z' },
      },
      ['original claim', 'reversed by claim c-8', 'reopened'],
    ],
    [
      {
        kind: 'already_claimed',
        sourceKey: { type: 'coins', key: 'apple/7' },
        claimId: null,
        reversedBy: null,
      },
      ['Nothing', 'coins', 'apple/7', 'another player', 'whole game'],
    ],
  ],
  idempotency_key_reused: [
    [{ kind: 'idempotency_key_reused', fields: ['key', 'facts'] }, ['key, facts', 'new key']],
  ],
  insufficient_balance: [
    [
      { kind: 'insufficient_balance', resource: 'gold', available: 3, required: 8 },
      ['Not enough gold', 'need 8', 'have 3'],
    ],
    [
      { kind: 'insufficient_balance', resource: 'gold', available: 3, required: 8, playerId: 'p9' },
      ['gold', 'player p9', 'need 8', 'have 3'],
    ],
  ],
  limit_exceeded: [
    [
      {
        kind: 'limit_exceeded',
        limit: 'resource_ceiling',
        resource: 'gems',
        bound: 100,
        remaining: 40,
        requested: 41,
        renewsAt: null,
      },
      ['gems', '100', '40', '41'],
    ],
  ],
  version_conflict: [
    [{ kind: 'version_conflict', expected: 3, current: 5 }, ['version 5', 'not 3', 'Read the player again']],
  ],
  terms_changed: [
    [
      {
        kind: 'terms_changed',
        terms: '0'.repeat(32),
        costs: [
          { resource: 'gold', amount: 450 },
          { resource: 'gems', amount: 2 },
        ],
        gives: [{ resource: 'tokens', amount: 3 }],
      },
      ['costs 450 gold and 2 gems', 'gives 3 tokens', 'new key'],
    ],
    [{ kind: 'terms_changed', terms: '0'.repeat(32), costs: [], gives: [] }, ['have changed.', 'new key']],
  ],
  progress_not_reached: [
    [{ kind: 'progress_not_reached', counter: 'wins', have: 2, need: 3 }, ['wins', '2 of 3', 'new key']],
  ],
  unknown_code: [[{ kind: 'unknown_code' }, ['no such code', 'new key']]],
  code_exists: [[{ kind: 'code_exists' }, ['exists', 'another']]],
  still_at_work: [[{ kind: 'still_at_work', record: 'campaign', id: 7 }, ['campaign 7', 'Pause or cancel']]],
  ranking_refused: [
    [{ kind: 'ranking_refused', rankingId: 7, why: 'published' }, ['Ranking 7 is published']],
    [{ kind: 'ranking_refused', rankingId: 7, why: 'cancelled' }, ['Ranking 7 was cancelled']],
  ],
  erasure_refused: [
    [{ kind: 'erasure_refused', why: 'unknown_player' }, ['no such player', 'erased before']],
  ],
  undo_refused: [
    [{ kind: 'undo_refused', undoId: 7, why: 'done' }, ['Undo 7', 'done before']],
    [{ kind: 'undo_refused', undoId: 7, why: 'cancelled' }, ['Undo 7', 'cancelled']],
  ],
  code_used_up: [[{ kind: 'code_used_up' }, ['used up', 'Nothing']]],
  code_not_valid: [
    [
      { kind: 'code_not_valid', opensAt: '2027-01-01T00:00:00.000Z', closedAt: null },
      ['valid from 2027-01-01T00:00:00.000Z', 'new key'],
    ],
    [
      { kind: 'code_not_valid', opensAt: null, closedAt: '2026-12-24T18:00:00.000Z' },
      ['ended at 2026-12-24'],
    ],
  ],
  unknown_player: [[{ kind: 'unknown_player', playerId: 'p9' }, ['p9', 'staff cannot']]],
  unknown_claim: [[{ kind: 'unknown_claim', claimId: 'c-7' }, ['no granted claim c-7']]],
  not_reversible: [
    [
      { kind: 'not_reversible', claimId: 'c-7', why: 'reversal', remaining: 0 },
      ['c-7', 'reversal', 'manualReward'],
    ],
    [
      { kind: 'not_reversible', claimId: 'c-7', why: 'not_by_servers', remaining: 0 },
      ['c-7', 'staff', 'reversibleBy'],
    ],
    [{ kind: 'not_reversible', claimId: 'c-7', why: 'quantity', remaining: 3 }, ['c-7', 'at most 3']],
    [{ kind: 'not_reversible', claimId: 'c-7', why: 'draws', remaining: 2 }, ['c-7', 'whole', '2 left']],
    [{ kind: 'not_reversible', claimId: 'c-7', why: 'reopen', remaining: 9 }, ['c-7', 'reopened', '9 left']],
  ],
  unknown_exchange: [[{ kind: 'unknown_exchange', exchange: 'barter' }, ['barter', 'new key']]],
  unknown_stat: [
    [{ kind: 'unknown_stat', stat: 'mana', stats: ['energy', 'luck'] }, ['mana', 'energy, luck', 'new key']],
    [{ kind: 'unknown_stat', stat: 'mana', stats: [] }, ['mana', 'no stats']],
  ],
  not_available: [
    [
      {
        kind: 'not_available',
        claimType: 'gift',
        opensAt: '2027-01-01T00:00:00.000Z',
        closedAt: null,
      },
      ['gift', 'opens at 2027-01-01T00:00:00.000Z', 'new key'],
    ],
    [
      {
        kind: 'not_available',
        claimType: 'gift',
        opensAt: null,
        closedAt: '2026-12-24T18:00:00.000Z',
      },
      ['gift', 'no longer', 'ended at 2026-12-24T18:00:00.000Z'],
    ],
  ],
  reward_expired: [
    [{ kind: 'reward_expired', expiredAt: '2026-12-24T00:00:00.000Z' }, ['expired at 2026-12-24']],
  ],
  unknown_reward: [
    [{ kind: 'unknown_reward', rewardId: '9apx2e0bpkb49v6s1' }, ['9apx2e0bpkb49v6s1', 'inbox']],
  ],
  reward_held: [[{ kind: 'reward_held', rewardId: '9apx2e0bpkb49v6s1' }, ['9apx2e0bpkb49v6s1', 'review']]],
  emission_paused: [
    [{ kind: 'emission_paused', retryAt: '2026-12-24T11:00:00.000Z' }, ['paused', '2026-12-24T11:00']],
  ],
  player_frozen: [[{ kind: 'player_frozen' }, ['frozen', 'new key']]],
  not_announced: [
    [{ kind: 'not_announced', claimType: 'tower', claimKey: 'floor-9' }, ['tower floor-9', 'pendingRewards']],
  ],
  unknown_claim_type: [
    [{ kind: 'unknown_claim_type', claimType: 'picnic' }, ['claim type picnic', 'new key']],
  ],
  not_eligible: [
    [{ kind: 'not_eligible', why: 'server_only', claimType: 'cup' }, ['cup', 'Only a game server']],
    [
      { kind: 'not_eligible', why: 'ticket_required', claimType: 'tower' },
      ['tower', 'ticket', 'game server'],
    ],
  ],
};

describe('the message of a rejection', () => {
  test('every kind of the catalogue is tested here', () => {
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(Object.keys(REJECTIONS).toSorted());
  });

  test.each(
    Object.values(EXAMPLES).flat() as [AnsweredRejection, string[]][],
  )('the message of %o names its values and what to do', (rejection, parts) => {
    const message = rejectionMessage(rejection);
    for (const part of parts) expect(message).toContain(part);
    expect(message).toMatch(/^\S[^\n]*\.$/);
    expect(message).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test.each([
    ['without a player', {}, 'Not enough summon_tokens: need 10, have 1.'],
    ['with the other player', { playerId: 'p9' }, 'Not enough summon_tokens of player p9: need 10, have 1.'],
  ])('the message about a missing balance is exact, %s', (_, other, message) => {
    const missing = { resource: 'summon_tokens', required: 10, available: 1, ...other };
    expect(rejectionMessage({ kind: 'insufficient_balance', ...missing })).toBe(message);
  });

  test('the message of a reached limit is that of the catalogue of limits', () => {
    const reached = { resource: 'gems', bound: 100, remaining: 40, requested: 41, renewsAt: null };
    for (const [limit, { message }] of Object.entries(LIMITS) as [LimitName, (typeof LIMITS)[LimitName]][])
      expect(rejectionMessage({ kind: 'limit_exceeded', limit, ...reached })).toBe(message(reached));
  });
});

test.each(Object.entries(REJECTIONS))('the descriptions of %s and of its fields are sentences', (_, row) => {
  const fields = Object.values<RejectionField>(row.fields);
  for (const text of [row.description, ...fields.flatMap(({ description }) => description ?? [])])
    expect(text).toMatch(/^[A-Z][^\n]*\.$/);
});
