/** integrity: staff verify the ledger, some players at a time. */
import { badInput } from '../domain/fault.ts';
import { constrained } from '../domain/values.ts';
import { type IntegrityFault, type IntegrityPage, readIntegrity } from '../ledger/read-integrity.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';
import { FaultError } from './observe.ts';

/** A page of this size ends well within the database's statement time-out. */
const MAX_PLAYERS = 500;
const DEFAULT_PLAYERS = constrained('PositiveInt', 100);

const IntegrityFaultType = builder.objectRef<IntegrityFault>('IntegrityFault').implement({
  description: 'An inconsistency in the ledger. None is ever expected: report it to the operators.',
  fields: (t) => ({
    invariant: t.exposeString('invariant', {
      description:
        'I1: sums are balances. I2: chains and sequences are whole. I3: entries add up. I4: claims and entries belong together. I5: nothing is granted twice.',
    }),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    resource: t.expose('resource', { type: 'ResourceName', nullable: true }),
    sequence: t.expose('sequence', { type: 'SafeInt', nullable: true, description: 'Of the ledger entry.' }),
    claimId: t.exposeID('claimId', { nullable: true }),
    detail: t.exposeString('detail', { description: 'The two values that disagree.' }),
  }),
});

const IntegrityPageType = builder.objectRef<IntegrityPage>('IntegrityPage').implement({
  description: 'The result for some players.',
  fields: (t) => ({
    players: t.expose('players', { type: 'SafeInt', description: 'How many players were checked.' }),
    entries: t.expose('entries', { type: 'SafeInt', description: 'How many ledger entries they have.' }),
    next: t.expose('next', {
      type: 'PlayerId',
      nullable: true,
      description: 'Send it as `after` for the next page; null: that was the last page.',
    }),
    faults: t.field({
      type: [IntegrityFaultType],
      description: 'At most 100 per page; empty where everything is consistent.',
      resolve: ({ faults }) => [...faults],
    }),
  }),
});

export const integrity = defineQuery({
  name: 'integrity',
  description:
    'Staff: verifies sums, chains, claims and versions of some players, in the order in which they first appeared. `npm run integrity` verifies all.',
  type: IntegrityPageType,
  nullable: false,
  actors: ['staff'],
  args: (t) => ({
    after: t({ type: 'PlayerId' }),
    players: t({
      type: 'PositiveInt',
      defaultValue: DEFAULT_PLAYERS,
      description: `How many players to check: 1 to ${MAX_PLAYERS}.`,
    }),
  }),
  resolve: async ({ after, players: asked }, { actor, read }) => {
    const players = asked ?? DEFAULT_PLAYERS;
    if (players > MAX_PLAYERS)
      throw new FaultError(badInput('players', `must be an integer from 1 to ${MAX_PLAYERS}`));
    const [page] = await read((database) => readIntegrity(database, actor, { after: after ?? '', players }));
    if (!page) throw new Error('integrity_page returned no row');
    return page;
  },
  example: { players: 100 },
});
