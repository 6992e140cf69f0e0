/** searchClaims: claims across players by type, config version and time, newest first. */
import { badInput } from '../domain/fault.ts';
import {
  type ClaimPage as ClaimPageShape,
  isSearchCursor,
  searchClaims as search,
} from '../ledger/search-claims.ts';
import { builder } from '../schema/builder.ts';
import { ClaimWithChanges } from '../schema/claim.ts';
import { defineQuery, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const ClaimPage = builder.objectRef<ClaimPageShape>('ClaimPage').implement({
  description: 'A page of claims across players.',
  fields: (t) => ({
    claims: t.field({
      type: [ClaimWithChanges],
      description:
        'Newest first. A page of a rare type may be short, or empty, although there is a next one.',
      resolve: ({ claims }) => [...claims],
    }),
    next: t.exposeString('next', {
      nullable: true,
      description: 'Pass it as `after` for the next page; null: there is none.',
    }),
  }),
});

const ClaimSearch = builder.inputType('ClaimSearch', {
  description: 'Narrows a search. Fields that are left out do not narrow it.',
  fields: (t) => ({
    type: t.field({
      type: 'ClaimType',
      description:
        'A claim type or exchange of the balance config, or one that the ledger reserves, such as `manual_reward`.',
    }),
    configVersion: t.field({
      type: 'PositiveInt',
      description: 'The balance config that the claims were made under.',
    }),
    from: t.field({ type: 'DateTime', description: 'Requests that arrived from this moment on.' }),
    until: t.field({
      type: 'DateTime',
      description:
        'Requests that arrived before this moment. All rows of an import have the time of its beginning.',
    }),
  }),
});

export const searchClaims = defineQuery({
  name: 'searchClaims',
  description: `Claims across players by type, config version and time, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Each page is audited.`,
  type: ClaimPage,
  nullable: false,
  actors: ['staff'],
  permission: 'ledger:search',
  args: (t) => ({
    filter: t({ type: ClaimSearch, required: true }),
    first: t({ type: 'PositiveInt', description: `At most ${PAGE.maxSize}.` }),
    after: t({ type: 'Text', description: '`next` of the page before.' }),
  }),
  resolve: async ({ filter, first, after = null }, { actor, audited, note, read }) => {
    const { type = null, configVersion = null, from = null, until = null } = filter;
    note({ claimType: type });
    const size = first ?? PAGE.defaultSize;
    if (size > PAGE.maxSize)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${PAGE.maxSize}`));
    if (after !== null && !isSearchCursor(after))
      throw new FaultError(badInput('after', 'not a cursor of this list; take it from `next`'));
    const narrowed = { type, configVersion, from, until };
    const [page] = await read((database) =>
      search(database, actor, audited(narrowed), { filter: narrowed, first: size, after }),
    );
    return page ?? { claims: [], next: null };
  },
  example: { filter: { type: 'weekly_chest' }, first: 20 },
  notes: 'For staff. Without a type it lists every claim.',
});
