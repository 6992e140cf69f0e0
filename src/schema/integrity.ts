/** integrity: the ledger reckoned anew, page by page. */
import type { IntegrityFault, IntegrityPage } from '../ledger/read-integrity.ts';
import { integrity, MAX_PLAYERS_PER_PAGE } from '../resolvers/integrity.ts';
import { builder } from './builder.ts';

const IntegrityFaultRef = builder.objectRef<IntegrityFault>('IntegrityFault').implement({
  description:
    'Something in the ledger that does not agree. None is ever expected: tell whoever runs Onceward.',
  fields: (t) => ({
    invariant: t.exposeString('invariant', {
      description:
        'I1: sums are balances. I2: chains and sequences are whole. I3: entries add up. I4: claims and entries belong together. I5: nothing is granted twice.',
    }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    resource: t.expose('resource', { type: 'ResourceName', nullable: true }),
    sequence: t.expose('sequence', { type: 'SafeInt', nullable: true, description: 'Of the ledger entry.' }),
    claimId: t.exposeID('claimId', { nullable: true }),
    detail: t.exposeString('detail', { description: 'What does not agree with what.' }),
  }),
});

const IntegrityPageRef = builder.objectRef<IntegrityPage>('IntegrityPage').implement({
  description: 'Some players, checked.',
  fields: (t) => ({
    players: t.expose('players', { type: 'SafeInt', description: 'How many were checked.' }),
    entries: t.expose('entries', { type: 'SafeInt', description: 'How many ledger entries they have.' }),
    next: t.expose('next', {
      type: 'PlayerId',
      nullable: true,
      description: 'Send it as `after` for the next page; null: that was the last.',
    }),
    faults: t.field({
      type: [IntegrityFaultRef],
      description: 'What is wrong, at most 100 of a page; empty where all is sound.',
      resolve: ({ faults }) => [...faults],
    }),
  }),
});

builder.queryField('integrity', (t) =>
  t.field({
    type: IntegrityPageRef,
    description:
      'Staff: reckon the ledger of some players anew, in the order of their IDs: sums, chains, claims, versions. `npm run integrity` does it for all.',
    args: {
      after: t.arg({ type: 'PlayerId' }),
      players: t.arg({
        type: 'SafeInt',
        defaultValue: 100,
        description: `How many to check: 1 to ${MAX_PLAYERS_PER_PAGE}.`,
      }),
    },
    resolve: (_, { after, players }, context) =>
      integrity({ after: after ?? null, players: players ?? 100 }, context),
  }),
);
