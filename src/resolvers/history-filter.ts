/** The filter of the lists of a player's history: ledger and claims. */
import type { LedgerFilter } from '../ledger/read-ledger.ts';
import { builder } from '../schema/builder.ts';

export const HistoryFilter = builder.inputType('HistoryFilter', {
  description: 'Narrows a history. Fields that are left out do not narrow it.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName' }),
    claimType: t.field({
      type: 'ClaimType',
      description:
        'A claim type or exchange of the balance config, or one that the ledger reserves, such as `manual_reward`, `reversal` or `transfer`.',
    }),
    from: t.field({ type: 'DateTime', description: 'From this moment on.' }),
    to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

export function filterOf(filter: Partial<Record<keyof LedgerFilter, unknown>> | null | undefined) {
  return {
    resource: null,
    claimType: null,
    from: null,
    to: null,
    ...(filter as Partial<LedgerFilter>),
  } satisfies LedgerFilter;
}
