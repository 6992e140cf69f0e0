/** What keeps a guest and an account from being one player: the list of MergeConflicts, and of its preview. */
import type { MergeConflict as MergeConflictShape } from '../domain/rejections.ts';
import { builder } from './builder.ts';

const MergeConflictKind = builder.enumType('MergeConflictKind', {
  description:
    'Why a guest and an account cannot be one player as they are, and what ACCOUNT_WINS makes of it.',
  values: {
    BALANCE_FULL: {
      value: 'balance_full',
      description:
        'The amounts of both exceed the ceiling of the resource. ACCOUNT_WINS: the account gets what fits, and the rest stays with the guest.',
    },
    LIMIT_EXCEEDED: {
      value: 'limit_exceeded',
      description:
        'Both together have used more of a limit than one player may. ACCOUNT_WINS: it is used up.',
    },
    PENDING: {
      value: 'pending',
      description: 'The same reward is pending for both. ACCOUNT_WINS: that of the account stays.',
    },
    CLAIMED: {
      value: 'claimed',
      description:
        'A reward is pending for one and was claimed by the other. ACCOUNT_WINS: it is owed no more.',
    },
  } satisfies Record<string, { value: MergeConflictShape['conflict']; description: string }>,
});

builder.objectRef<MergeConflictShape>('MergeConflict').implement({
  description: 'What keeps a guest and an account from being one player.',
  fields: (t) => ({
    kind: t.field({ type: MergeConflictKind, resolve: ({ conflict }) => conflict }),
    name: t.exposeString('name', {
      description: 'The resource, the counter of the limit (such as `claims:bounty`), or the claim type.',
    }),
    key: t.exposeString('key', { nullable: true, description: 'Of a reward: its claim key.' }),
    period: t.exposeString('period', { nullable: true, description: 'Of a limit: its period.' }),
    total: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Of a balance or limit: what both have, or have used, together.',
      resolve: ({ total }) => total,
    }),
    bound: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Of a balance or limit: what one player may have or use.',
      resolve: ({ bound }) => bound,
    }),
  }),
});
