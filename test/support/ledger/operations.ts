/**
 * Operations for tests that call the kernel without the domain, in the kernel's own form. By default each has its own player,
 * claim and idempotency key.
 */
import { randomUUID } from 'node:crypto';
import type {
  KernelActorOperation,
  KernelOperation,
  KernelPosting,
  KernelStaffTerms,
} from '../../../src/ledger/kernel-contract.ts';
import { LEVELS } from './rules.ts';

const MOST = Number.MAX_SAFE_INTEGER;

export const fresh = (what: string): string => `${what}-${randomUUID()}`;

/** Stands for the config that is current when the operation is sent (ledger.ts). */
export const CURRENT_CONFIG = { config_version: 0, config_sha256: 'current' } as const;

/** `resources` follow from the postings, choices and milestones where `over` does not state them. */
export function operation(over: Partial<KernelOperation> = {}): KernelOperation {
  const complete: KernelOperation = {
    mode: 'commit',
    name: 'claimReward',
    player: fresh('player'),
    creates_player: true,
    actor_kind: 'server',
    actor_id: 'arena-1',
    permission: 'reward:claim',
    idempotency_key: fresh('key'),
    fingerprint: '00000000-0000-0000-0000-000000000001',
    input: { type: 'quest' },
    correlation_id: randomUUID(),
    client_correlation_id: null,
    reason: null,
    ...CURRENT_CONFIG,
    holds_from: '-infinity',
    holds_until: 'infinity',
    claim_type: 'quest',
    claim_key: fresh('quest'),
    source_keys: [],
    expected_version: null,
    decided_on: null,
    facts_read: null,
    zones_seen: null,
    zones_next: null,
    rejection: null,
    source: 'postings',
    requires: [],
    resources: [],
    postings: [give('gold', 10)],
    advances: [],
    choices: [],
    milestones: false,
    counterparty: null,
    counterparty_postings: [],
    limits: [],
    age: null,
    staff: null,
    units: 1,
    announces: null,
    on_full: null,
    reverses: null,
    redeems: null,
    shown: [],
    accepts_gifts: null,
    freezes: null,
    occurred_at: null,
    server: null,
    merges: null,
    ...over,
  };
  return over.resources ? complete : { ...complete, resources: resourcesOf(complete) };
}

/** An operation that belongs to its actor: by default of a staff member. */
export function ownOperation(
  actorId: string,
  over: Partial<Omit<KernelActorOperation, 'player'>> = {},
): KernelActorOperation {
  return {
    ...operation({ postings: [], resources: [] }),
    player: null,
    creates_player: false,
    actor_kind: 'staff',
    actor_id: actorId,
    permission: 'reward:manual',
    claim_type: 'payout',
    claim_key: fresh('payout'),
    ...over,
  };
}

function resourcesOf(operation: KernelOperation): string[] {
  const { requires, postings, advances, counterparty_postings, choices, milestones, shown } = operation;
  const alternatives = choices.flatMap(({ one_of }) => one_of);
  const own = [...postings, ...advances];
  const all = [...own, ...counterparty_postings, ...alternatives.flatMap((one) => one.postings)];
  return [
    ...new Set([
      ...all.flatMap(({ resource, ceiling_of }) => [resource, ...(ceiling_of ? [ceiling_of] : [])]),
      ...requires.map(({ counter }) => counter),
      ...alternatives.flatMap(({ when }) => when.map(({ resource }) => resource)),
      ...(milestones
        ? [LEVELS.resource, LEVELS.paid_resource, ...LEVELS.grants.map(({ resource }) => resource)]
        : []),
      ...shown,
      // The caps of the example config's stats.
      ...all.flatMap(({ resource }) => (STATS.includes(resource) ? [`stat:${resource}`] : [])),
      ...all.flatMap(({ resource }) => (resource?.startsWith('stat:') ? [resource.slice(5)] : [])),
    ]),
  ];
}

const STATS = ['energy', 'stamina', 'health'];

type Bounds = Partial<Omit<KernelPosting, 'resource' | 'delta'>>;

export const give = (resource: string, amount: number, bounds: Bounds = {}): KernelPosting => ({
  resource,
  delta: amount,
  floor: -MOST,
  ceiling: MOST,
  ceiling_per_unit: 0,
  ceiling_of: null,
  clamp: false,
  ...bounds,
});

export const take = (resource: string, amount: number, bounds: Bounds = {}): KernelPosting =>
  give(resource, -amount, { floor: 0, ...bounds });

/** The day that the limits of staff count. */
export const staffTerms = (over: Partial<KernelStaffTerms> = {}): KernelStaffTerms => ({
  day: new Date().toISOString().slice(0, 10),
  renews_at: '2026-11-03T00:00:00.000Z',
  ...over,
});

/** An award of a staff member. `terms`: on another day. */
export function award(
  staffId: string,
  amount: number,
  terms: Partial<KernelStaffTerms> = {},
  over: Partial<KernelOperation> = {},
): KernelOperation {
  return operation({
    name: 'manualReward',
    permission: 'reward:manual',
    claim_type: 'manual_reward',
    creates_player: false,
    actor_kind: 'staff',
    actor_id: staffId,
    reason: 'a test asked for it',
    postings: [give('gold', amount)],
    staff: staffTerms(terms),
    ...over,
  });
}
