// The pages of the console, and what a role needs to open each. Navigation, the search palette and the guard read this list.
export interface Page {
  readonly path:
    | '/players'
    | '/trace'
    | '/config'
    | '/economy'
    | '/campaigns'
    | '/messages'
    | '/codes'
    | '/undo'
    | '/approvals'
    | '/staff'
    | '/audit'
    | '/graphiql';
  readonly title: string;
  readonly icon:
    | 'players'
    | 'trace'
    | 'config'
    | 'economy'
    | 'campaigns'
    | 'messages'
    | 'codes'
    | 'reversal'
    | 'approvals'
    | 'staff'
    | 'audit'
    | 'graphiql';
  /** All of these; null: anyone, with or without a token. */
  readonly needs: readonly string[] | null;
  /** What it is for, in the palette. */
  readonly about: string;
}

export const PAGES: readonly Page[] = [
  {
    path: '/players',
    title: 'Players',
    icon: 'players',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Find a player, see what happened, repair it',
  },
  {
    path: '/trace',
    title: 'Trace',
    icon: 'trace',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Follow one request, claim or key',
  },
  {
    path: '/config',
    title: 'Config',
    icon: 'config',
    needs: ['ledger:read'],
    about: 'Change the numbers of the game, and see what that does',
  },
  {
    path: '/economy',
    title: 'Economy',
    icon: 'economy',
    needs: ['economy:read'],
    about: 'What players gain and lose, balances, odds drawn',
  },
  {
    path: '/campaigns',
    title: 'Campaigns',
    icon: 'campaigns',
    needs: ['ledger:read'],
    about: 'Give something to many players, each once',
  },
  {
    path: '/messages',
    title: 'Messages',
    icon: 'messages',
    needs: ['ledger:read'],
    about: 'See the inbox of a player, send something there',
  },
  {
    path: '/codes',
    title: 'Codes',
    icon: 'codes',
    needs: ['ledger:read'],
    about: 'Make codes, see how often they were redeemed',
  },
  {
    path: '/undo',
    title: 'Undo',
    icon: 'reversal',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Take back many claims after an incident',
  },
  {
    path: '/approvals',
    title: 'Approvals',
    icon: 'approvals',
    needs: ['ledger:read', 'proposal:decide'],
    about: 'What others propose, and what it would do',
  },
  {
    path: '/staff',
    title: 'Staff',
    icon: 'staff',
    needs: ['ledger:read', 'staff:read'],
    about: 'Members, their roles and limits',
  },
  {
    path: '/audit',
    title: 'Audit',
    icon: 'audit',
    needs: ['staff:read'],
    about: 'What a staff member did, and an export of it',
  },
  {
    path: '/graphiql',
    title: 'GraphiQL',
    icon: 'graphiql',
    needs: null,
    about: 'Send any operation of the API',
  },
];

/** Whether a role with these permissions may open the page; null: nobody is signed in as staff. */
export function mayOpen({ needs }: Pick<Page, 'needs'>, permissions: readonly string[] | null): boolean {
  if (needs === null) return true;
  return permissions !== null && needs.every((each) => permissions.includes(each));
}
