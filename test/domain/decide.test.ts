import { describe, expect, test } from 'vitest';
import { STAFF_PERMISSIONS, type StaffPermission } from '../../src/domain/actor.ts';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { decideApplyDamage, decideHeal } from '../../src/domain/combat.ts';
import type { Decision, Intent } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import { decideManualReward } from '../../src/domain/manual-reward.ts';
import { decideRecoverReward } from '../../src/domain/recover-reward.ts';
import { decideReverseClaim } from '../../src/domain/reverse-claim.ts';
import { decideSpendStatPoints } from '../../src/domain/spend-stat-points.ts';
import { decideTransferResource } from '../../src/domain/transfer-resource.ts';
import { intent, STAFF } from './rules.ts';

const reason = 'an outage at the cup';
const health = { amount: 1, source: null };
const cup = { type: 'tournament', key: 'cup-1', facts: null };

/** Every mutation, with the permission that staff need for it. */
const MUTATIONS = {
  claimReward: ['reward:claim', (asked) => decideClaimReward(asked, { ...cup, ticket: null })],
  manualReward: [
    'reward:manual',
    (asked) =>
      decideManualReward(asked, { grants: [{ resource: 'gold', amount: 1 }], reason, rewardId: null }),
  ],
  spendStatPoints: [
    'reward:claim',
    (asked) => decideSpendStatPoints(asked, { energy: 1, stamina: 0, health: 0 }),
  ],
  reverseClaim: [
    'reward:reverse',
    (asked) => decideReverseClaim(asked, { claimId: 'c-1', ifInsufficient: 'refuse', reason }),
  ],
  exchange: ['reward:claim', (asked) => decideExchange(asked, { exchange: 'buy_gem', quantity: 1 }, null)],
  transferResource: [
    'reward:claim',
    (asked) => decideTransferResource(asked, { toPlayerId: 'p2', resource: 'gold', amount: 1 }),
  ],
  applyDamage: ['reward:claim', (asked) => decideApplyDamage(asked, health)],
  heal: ['reward:claim', (asked) => decideHeal(asked, health)],
  announceReward: ['reward:claim', (asked) => decideAnnounceReward(asked, cup)],
  recoverReward: [
    'reward:recover',
    (asked) => decideRecoverReward(asked, { type: cup.type, key: cup.key, reason }),
  ],
} satisfies Record<string, [StaffPermission, (asked: Intent) => Decision]>;

describe.each(Object.entries(MUTATIONS))('%s', (name, [permission, decide]) => {
  test('goes to the ledger under its own name', () => {
    expect(decide(intent(STAFF)).operation.name).toBe(name);
  });

  // Some are not for staff at all (src/resolvers says so first); what reaches the ledger is checked there once more.
  test('in the hands of staff is held to the roles of its permission', () => {
    expect(decide(intent(STAFF)).operation.staffCheck?.roles).toEqual(STAFF_PERMISSIONS[permission]);
  });
});

test('what is only looked up names no claim, and gives staff neither a day nor a budget', () => {
  const [permission, decide] = MUTATIONS.manualReward;
  expect(decide(intent(STAFF, { rules: null })).operation).toMatchObject({
    mode: 'lookup',
    claimType: '',
    claimKey: '',
    staffCheck: {
      roles: STAFF_PERMISSIONS[permission],
      day: '',
      renewsAt: '',
      defaultLimit: 0,
      defaultBudget: 0,
      awardsPerDay: null,
    },
  });
});
