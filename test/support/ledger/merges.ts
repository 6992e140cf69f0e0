/** Merges of a guest into an account, for tests of the kernel, under the rules of rules.ts. */
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { fresh, give, operation } from './operations.ts';

type Merges = NonNullable<KernelOperation['merges']>;

/** What each of these has no rule for: amounts are added up. */
const ADDED = ['gold', 'gems', 'experience', 'stat_points'];
const COUNTED = ['pity', 'levels_paid'];

interface MergeOptions extends Partial<Merges> {
  readonly over?: Partial<KernelOperation>;
  /** Of gold in the account. */
  readonly ceiling?: number;
}

/** The merge of a guest into an account by a game server. `charges` refill by themselves. */
export function merge(
  account: string,
  guest: string,
  { over = {}, ceiling = Number.MAX_SAFE_INTEGER, ...merges }: MergeOptions = {},
): KernelOperation {
  const key = fresh('merge');
  const merging = {
    takes: false,
    counters: COUNTED.map((resource) => give(resource, 0)),
    keeps: ['charges'],
    limits: [],
    ...merges,
  };
  return operation({
    name: 'mergePlayer',
    permission: 'player:merge',
    player: account,
    counterparty: guest,
    idempotency_key: key,
    claim_type: 'merge',
    claim_key: key,
    reason: 'the guest logged in',
    input: { guestId: guest },
    source: 'merge',
    postings: ADDED.map((resource) => give(resource, 0, resource === 'gold' ? { ceiling } : {})),
    resources: [...new Set([...ADDED, ...merging.counters.map(({ resource }) => resource), 'charges'])],
    milestones: true,
    merges: merging,
    ...over,
  });
}
