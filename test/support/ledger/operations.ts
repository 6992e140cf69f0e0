/**
 * Operations for tests that call the kernel without the rules. By default each has its own player, claim and idempotency
 * key.
 */
import { randomUUID } from 'node:crypto';
import type { Milestone, Posting } from '../../../src/domain/moves.ts';
import { NO_EFFECTS, type Operation, type StaffCheck } from '../../../src/domain/operation.ts';

export const fresh = (what: string): string => `${what}-${randomUUID()}`;

export function operation(over: Partial<Operation> = {}): Operation {
  return {
    ...NO_EFFECTS,
    name: 'claimReward',
    mode: 'commit',
    playerId: fresh('player'),
    createPlayer: true,
    actor: { kind: 'server', id: 'arena-1' },
    staffCheck: null,
    claimType: 'quest',
    claimKey: fresh('quest'),
    idempotencyKey: fresh('key'),
    fingerprint: 'the same for all',
    input: { type: 'quest' },
    correlationId: fresh('correlation'),
    configVersion: 1,
    postings: [give('gold', 10)],
    ...over,
  };
}

type Limits = Partial<Pick<Posting, 'floor' | 'ceiling' | 'atLimit'>>;

export const give = (resource: string, amount: number, limits: Limits = {}): Posting => ({
  resource,
  delta: amount,
  floor: null,
  ceiling: null,
  atLimit: 'reject',
  ...limits,
});

export const take = (resource: string, amount: number, limits: Limits = {}): Posting =>
  give(resource, -amount, { floor: 0, ...limits });

/** An award of a staff member. `check` overrides what the rules would set. */
export function award(staffId: string, amount: number, check: Partial<StaffCheck> = {}): Operation {
  return operation({
    name: 'manualReward',
    claimType: 'manual_reward',
    createPlayer: false,
    actor: { kind: 'staff', id: staffId },
    reason: 'a test asked for it',
    postings: [give('gold', amount)],
    staffCheck: {
      roles: ['support', 'admin'],
      day: '2026-11-02',
      renewsAt: '2026-11-03T00:00:00.000Z',
      defaultLimit: 1_000,
      defaultBudget: 5_000,
      awardsPerDay: null,
      ...check,
    },
  });
}

/** Levels at 100, 300 and 600 experience, each giving three stat points. */
export const LEVELS: Milestone = {
  resource: 'experience',
  thresholds: [100, 300, 600],
  paidResource: 'levels_paid',
  grants: [{ resource: 'stat_points', amounts: [3, 3, 3], floor: null, ceiling: null, atLimit: 'reject' }],
};
