/** Preview: what every preview shows; and the odds of draws. */
import type { GuaranteeState, PossibleOutcome as PossibleOutcomeShape, TableOdds } from '../domain/odds.ts';
import type { Previewed } from '../domain/receipt.ts';
import type { Amount } from '../domain/rules.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { BalanceChange } from './claim.ts';
import { NO_LEVELS, NO_TIER, PlayerAfter } from './player.ts';

export const Preview = builder.interfaceRef<Previewed>('Preview').implement({
  description:
    'What an operation would do with the current balance config and the current player. Nothing is written and no key is taken. A preview reserves nothing: another operation may come in between.',
  fields: (t) => ({
    changes: t.expose('changes', {
      type: [BalanceChange],
      description: 'One per balance that would move, in that order: regeneration first, level-ups last.',
    }),
    player: t.expose('player', {
      type: PlayerAfter,
      description: 'The player directly afterwards, as far as the operation concerns them.',
    }),
    levelBefore: t.exposeInt('levelBefore', { nullable: true, description: NO_LEVELS }),
    levelAfter: t.exposeInt('levelAfter', { nullable: true, description: NO_LEVELS }),
    tierBefore: t.exposeString('tierBefore', { nullable: true, description: NO_TIER }),
    tierAfter: t.exposeString('tierAfter', { nullable: true, description: NO_TIER }),
    playerVersion: t.expose('playerVersion', {
      type: 'SafeInt',
      description:
        'The version of the player that the preview was computed for. Send it as `expectedVersion` of the mutation to act on this player only.',
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that the preview was computed with.',
    }),
    becamePending: t.exposeBoolean('becamePending', {
      description:
        'As in `Claim`: what it gives would not fit, or be held because the player is frozen. `changes` lack it. Breakers are not asked.',
    }),
  }),
});

/** Of a preview whose mutation takes terms. */
export const terms = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, { readonly terms: string }>) =>
  t.field({
    type: 'Terms',
    description:
      'What the operation costs, gives and draws for this input: amounts, weights and guarantee rules, not what the player has. Send it as `terms` of the mutation to accept this and nothing else.',
    resolve: (preview) => preview.terms,
  });

export const ResourceAmount = builder.objectRef<Amount>('ResourceAmount').implement({
  description: 'An amount of a resource.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});

export const Price = builder.objectRef<{ readonly costs: readonly Amount[] }>('Price').implement({
  description: 'One way to pay for an exchange.',
  fields: (t) => ({
    costs: t.field({ type: [ResourceAmount], resolve: ({ costs }) => [...costs] }),
  }),
});

const PossibleOutcome = builder.objectRef<PossibleOutcomeShape>('PossibleOutcome').implement({
  description: 'A possible outcome of a draw.',
  fields: (t) => ({
    name: t.exposeString('name'),
    weight: t.expose('weight', { type: 'SafeInt', description: 'Its chance is `weight` in `of`.' }),
    gives: t.field({ type: [ResourceAmount], resolve: ({ gives }) => [...gives] }),
    table: t.exposeString('table', {
      nullable: true,
      description:
        'It also draws once from this table, whose odds are another entry of the list. Null: from none.',
    }),
  }),
});

const Guarantee = builder.objectRef<GuaranteeState>('Guarantee').implement({
  description:
    'The pity rule: after a number of draws without one of its outcomes, the next draw is one of them.',
  fields: (t) => ({
    counter: t.expose('counter', { type: 'ResourceName', description: 'The resource that counts draws.' }),
    outcomes: t.stringList({ resolve: ({ outcomes }) => [...outcomes] }),
    since: t.expose('since', {
      type: 'SafeInt',
      description: 'Draws since the last of these outcomes, from all tables that share the counter.',
    }),
    certainWithin: t.expose('certainWithin', {
      type: 'SafeInt',
      description:
        'One of these outcomes is drawn within this many draws from the table, those of this operation included; 1 is the next draw.',
    }),
  }),
});

export const DrawOdds = builder.objectRef<TableOdds>('DrawOdds').implement({
  description: 'The draws that an operation makes from one weighted table, and the chance of each outcome.',
  fields: (t) => ({
    table: t.exposeString('table'),
    draws: t.expose('draws', {
      type: 'SafeInt',
      description:
        'The number of draws from the table; 0: only outcomes of the tables before it draw from it.',
    }),
    of: t.expose('of', { type: 'SafeInt', description: 'The total weight of all outcomes.' }),
    outcomes: t.field({
      type: [PossibleOutcome],
      description: 'By name, in the order in which they own rolls.',
      resolve: ({ outcomes }) => [...outcomes],
    }),
    guarantees: t.field({
      type: [Guarantee],
      description:
        'In the order of priority: of several that are due the first decides, which satisfies those after it. Empty where the table has none.',
      resolve: ({ guarantees }) => [...guarantees],
    }),
  }),
});
