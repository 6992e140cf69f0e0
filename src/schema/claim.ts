/** claim: one granted claim, by its ID or by what was claimed. */
import { claim } from '../resolvers/claim.ts';
import { builder } from './builder.ts';
import { ClaimWithChanges } from './history.ts';

builder.queryField('claim', (t) =>
  t.field({
    type: ClaimWithChanges,
    nullable: true,
    description:
      'One granted claim: by `id`, or by `type` and `key` (servers and staff add `playerId`). Null: it was not granted.',
    args: {
      id: t.arg.id(),
      playerId: t.arg({ type: 'PlayerId' }),
      type: t.arg({ type: 'ClaimType' }),
      key: t.arg({ type: 'Text', description: 'The claim key, as a receipt shows it.' }),
    },
    resolve: (_, { id, playerId, type, key }, context) =>
      claim({ id: id ?? null, playerId: playerId ?? null, type: type ?? null, key: key ?? null }, context),
  }),
);
