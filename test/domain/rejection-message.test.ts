import { expect, test } from 'vitest';
import { type AnsweredRejection, rejectionMessage } from '../../src/domain/rejections.ts';

const DAY_ENDS = '2026-11-03T00:00:00.000Z';
const LIMIT = {
  kind: 'limit_exceeded',
  resource: null,
  bound: 100,
  remaining: 40,
  requested: 41,
  renewsAt: DAY_ENDS,
} as const;

/** Every kind there is, each with what its sentence must tell. The compiler asks for a new kind here. */
const TOLD: { [K in AnsweredRejection['kind']]: [Extract<AnsweredRejection, { kind: K }>, string[]][] } = {
  already_claimed: [
    [{ kind: 'already_claimed', sharedKey: null, claimId: 'x' }, ['claimed before', 'original']],
    [
      { kind: 'already_claimed', sharedKey: { type: 'skill', key: 'match/7' }, claimId: 'x' },
      ['Nothing', 'skill', 'match/7', 'a claim of its own'],
    ],
  ],
  idempotency_key_reused: [
    [{ kind: 'idempotency_key_reused', fields: ['key', 'facts'] }, ['key, facts', 'new key']],
  ],
  insufficient_balance: [
    [
      { kind: 'insufficient_balance', resource: 'gold', available: 3, required: 8 },
      ['Not enough gold: 8 needed', '3 there'],
    ],
    [
      { kind: 'insufficient_balance', resource: 'gold', available: 3, required: 8, playerId: 'p9' },
      ['gold', 'player p9', '8 needed', '3 there'],
    ],
  ],
  limit_exceeded: [
    [{ ...LIMIT, limit: 'resource_ceiling', resource: 'gems' }, ['gems', 'at most 100', '41', '40 fit']],
    [{ ...LIMIT, limit: 'staff_reward' }, ['One award', '100', '41']],
    [{ ...LIMIT, limit: 'staff_daily_budget' }, ['budget of 100', '40 left', '41', DAY_ENDS]],
    [{ ...LIMIT, limit: 'staff_daily_awards' }, ['at most 100 awards', DAY_ENDS]],
    [{ ...LIMIT, limit: 'claims_per_day' }, ['claimed at most 100 times', DAY_ENDS]],
    [
      { ...LIMIT, limit: 'exchanges_per_day' },
      ['exchange is made at most 100 times', '40 are left', '41', DAY_ENDS],
    ],
    [{ ...LIMIT, limit: 'transfer_amount', resource: 'gems' }, ['At most 100 gems', 'not 41']],
    [
      { ...LIMIT, limit: 'transfer_per_day', resource: 'gems' },
      ['at most 100 gems', '40 are left', '41', DAY_ENDS],
    ],
  ],
  version_conflict: [[{ kind: 'version_conflict', expected: 3, current: 5 }, ['version 5', 'not 3']]],
  unknown_player: [[{ kind: 'unknown_player', playerId: 'p9' }, ['p9']]],
  unknown_claim: [[{ kind: 'unknown_claim', claimId: 'c-7' }, ['no granted claim c-7']]],
  not_reversible: [[{ kind: 'not_reversible', claimId: 'c-7' }, ['c-7', 'reversal']]],
  unknown_exchange: [[{ kind: 'unknown_exchange', exchange: 'barter' }, ['barter', 'new key']]],
  not_announced: [
    [
      { kind: 'not_announced', claimType: 'tower', claimKey: 'floor-9' },
      ['tower floor-9', 'unsettledClaims'],
    ],
  ],
  unknown_claim_type: [
    [{ kind: 'unknown_claim_type', claimType: 'picnic' }, ['no claim type picnic', 'new key']],
  ],
  not_eligible: [
    [
      { kind: 'not_eligible', why: 'server_only', claimType: 'cup' },
      ['cup can only be claimed by a game server'],
    ],
    [{ kind: 'not_eligible', why: 'ticket_required', claimType: 'tower' }, ['tower', 'ticket']],
  ],
};

test.each(Object.values(TOLD).flat() as [AnsweredRejection, string[]][])('%o', (rejection, parts) => {
  const message = rejectionMessage(rejection);
  for (const part of parts) expect(message).toContain(part);
  expect(message).not.toMatch(/undefined|null|NaN|\[object/);
});

test('a ceiling of the other player is told without what they hold', () => {
  const message = rejectionMessage({ ...LIMIT, limit: 'recipient_ceiling', resource: 'gems' });
  expect(message).toContain('41');
  expect(message).not.toMatch(/100|40/);
});
