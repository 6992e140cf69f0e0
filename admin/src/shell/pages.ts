// The pages of the console, and what a role needs to open each. Navigation, the search palette and the guard read this list.

/** The heads of the navigation. */
export const GROUPS = ['Players', 'Game', 'Operations', 'Team'] as const;

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
    | '/alarms'
    | '/breakers'
    | '/endpoints'
    | '/servers'
    | '/erasures'
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
    | 'alarms'
    | 'breakers'
    | 'endpoints'
    | 'servers'
    | 'erasures'
    | 'approvals'
    | 'staff'
    | 'audit'
    | 'graphiql';
  /** Under which head of the navigation it is. */
  readonly group: (typeof GROUPS)[number];
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
    group: 'Players',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Find a player, see what happened, repair it',
  },
  {
    path: '/trace',
    title: 'Trace',
    icon: 'trace',
    group: 'Players',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Follow one request, claim or key',
  },
  {
    path: '/config',
    title: 'Config',
    icon: 'config',
    group: 'Game',
    needs: ['ledger:read'],
    about: 'Change the numbers of the game, and see what that does',
  },
  {
    path: '/economy',
    title: 'Economy',
    icon: 'economy',
    group: 'Game',
    needs: ['economy:read'],
    about: 'What players gain and lose, balances, odds drawn',
  },
  {
    path: '/campaigns',
    title: 'Campaigns',
    icon: 'campaigns',
    group: 'Game',
    needs: ['ledger:read'],
    about: 'Give something to many players, each once',
  },
  {
    path: '/messages',
    title: 'Messages',
    icon: 'messages',
    group: 'Game',
    needs: ['ledger:read'],
    about: 'See the inbox of a player, send something there',
  },
  {
    path: '/codes',
    title: 'Codes',
    icon: 'codes',
    group: 'Game',
    needs: ['ledger:read'],
    about: 'Make codes, see how often they were redeemed',
  },
  {
    path: '/undo',
    title: 'Undo',
    icon: 'reversal',
    group: 'Game',
    needs: ['ledger:read', 'ledger:search'],
    about: 'Take back many claims after an incident',
  },
  {
    path: '/alarms',
    title: 'Alarms',
    icon: 'alarms',
    group: 'Operations',
    needs: ['alarm:read'],
    about: 'What somebody must look at, and what to do about it',
  },
  {
    path: '/breakers',
    title: 'Breakers',
    icon: 'breakers',
    group: 'Operations',
    needs: ['alarm:read'],
    about: 'What the game gave in this hour, and rewards that were held back',
  },
  {
    path: '/endpoints',
    title: 'Endpoints',
    icon: 'endpoints',
    group: 'Operations',
    needs: ['event:manage'],
    about: 'Where events are sent, dead letters, the log of sends',
  },
  {
    path: '/servers',
    title: 'Servers',
    icon: 'servers',
    group: 'Operations',
    needs: ['staff:read'],
    about: 'Game servers, what bounds them, and disabling one',
  },
  {
    path: '/erasures',
    title: 'Erasures',
    icon: 'erasures',
    group: 'Operations',
    needs: ['staff:read'],
    about: 'Export or erase a player, and the receipts',
  },
  {
    path: '/approvals',
    title: 'Approvals',
    icon: 'approvals',
    group: 'Team',
    needs: ['ledger:read', 'proposal:decide'],
    about: 'What others propose, and what it would do',
  },
  {
    path: '/staff',
    title: 'Staff',
    icon: 'staff',
    group: 'Team',
    needs: ['ledger:read', 'staff:read'],
    about: 'Members, their roles and limits',
  },
  {
    path: '/audit',
    title: 'Audit',
    icon: 'audit',
    group: 'Team',
    needs: ['staff:read'],
    about: 'What a staff member did, and an export of it',
  },
  {
    path: '/graphiql',
    title: 'GraphiQL',
    icon: 'graphiql',
    group: 'Team',
    needs: null,
    about: 'Send any operation of the API',
  },
];

/** Whether a role with these permissions may open the page; null: nobody is signed in as staff. */
export function mayOpen({ needs }: Pick<Page, 'needs'>, permissions: readonly string[] | null): boolean {
  if (needs === null) return true;
  return permissions !== null && needs.every((each) => permissions.includes(each));
}
