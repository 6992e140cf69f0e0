import { expect, test } from 'vitest';
import { rejectionMessage, type ToldRejection } from '../../src/domain/rejection-message.ts';

const LIMIT = {
  kind: 'limit_exceeded',
  resource: null,
  bound: 100,
  remaining: 40,
  requested: 41,
  renewsAt: '2026-11-03T00:00:00.000Z',
} as const;

/** Every kind there is, each with what its sentence must tell. The compiler asks for a new kind here. */
const TOLD: { [K in ToldRejection['kind']]: [Extract<ToldRejection, { kind: K }>, string[]][] } = {
  already_claimed: [
    [{ kind: 'already_claimed', sharedKey: null, claimId: 'x' }, ['claimed before', 'original']],
  ],
  idempotency_key_reused: [
    [{ kind: 'idempotency_key_reused', fields: ['key', 'facts'] }, ['key, facts', 'new key']],
  ],
  insufficient_balance: [
    [
      { kind: 'insufficient_balance', resource: 'gold', available: 3, required: 8 },
      ['gold', '8 needed', '3 there'],
    ],
  ],
  limit_exceeded: [
    [{ ...LIMIT, limit: 'resource_ceiling', resource: 'gems' }, ['gems', 'at most 100', '41', '40 fit']],
    [{ ...LIMIT, limit: 'staff_reward' }, ['One award', '100', '41']],
    [
      { ...LIMIT, limit: 'staff_daily_budget' },
      ['budget of 100', '40 left', '41', '2026-11-03T00:00:00.000Z'],
    ],
  ],
  version_conflict: [[{ kind: 'version_conflict', expected: 3, current: 5 }, ['version 5', 'not 3']]],
  unknown_player: [[{ kind: 'unknown_player', playerId: 'p9' }, ['p9']]],
  unknown_claim: [[{ kind: 'unknown_claim', claimId: 'c-7' }, ['c-7']]],
  not_reversible: [[{ kind: 'not_reversible', claimId: 'c-7' }, ['c-7', 'reversal']]],
  unknown_claim_type: [[{ kind: 'unknown_claim_type', claimType: 'picnic' }, ['picnic']]],
  not_eligible: [
    [{ kind: 'not_eligible', why: 'server_only', claimType: 'cup' }, ['cup', 'game server']],
    [{ kind: 'not_eligible', why: 'ticket_required', claimType: 'tower' }, ['tower', 'ticket']],
  ],
};

test.each(Object.values(TOLD).flat() as [ToldRejection, string[]][])('%o', (rejection, parts) => {
  const message = rejectionMessage(rejection);
  for (const part of parts) expect(message).toContain(part);
  expect(message).not.toMatch(/undefined|null|NaN|\[object/);
});
