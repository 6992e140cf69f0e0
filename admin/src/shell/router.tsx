// The routes of the console. They are in the hash: an ID in an address is never sent to a server, so no log of requests has it.
import {
  createHashHistory,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { AuditPage } from '../audit/audit-page.tsx';
import { PlayerPage } from '../players/player-page.tsx';
import { PlayersPage } from '../players/players-page.tsx';
import { TracePage } from '../trace/trace-page.tsx';
import { Loading } from '../ui/states.tsx';
import { Guard } from './guard.tsx';
import { LIVEOPS_ROUTES } from './liveops-routes.tsx';
import { OPERATIONS_ROUTES } from './operations-routes.tsx';
import { GuardedPage, root, textOf } from './route-parts.tsx';

const dayOf = (value: unknown) => (/^\d{4}-\d\d-\d\d$/.test(textOf(value)) ? textOf(value) : '');

const ConfigPage = lazyRouteComponent(() => import('../config/page.tsx'), 'ConfigPage');

function LoadingConfig() {
  return (
    <div className="page-body">
      <div className="page-head">
        <h1>Config</h1>
      </div>
      <Loading lines={16} label="Loading the balance config" />
    </div>
  );
}

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/players', search: { q: '' } });
  },
});

const players = createRoute({
  getParentRoute: () => root,
  path: '/players',
  validateSearch: ({ q }: Record<string, unknown>) => ({ q: textOf(q) }),
  component: () => (
    <Guard path="/players">
      <PlayersPage />
    </Guard>
  ),
});

const player = createRoute({
  getParentRoute: () => root,
  path: '/players/$playerId',
  component: function PlayerRoute() {
    const { playerId } = player.useParams();
    return (
      <Guard path="/players">
        <PlayerPage key={playerId} playerId={playerId} />
      </Guard>
    );
  },
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/trace',
  validateSearch: ({ id }: Record<string, unknown>) => ({ id: textOf(id) }),
  component: () => (
    <Guard path="/trace">
      <TracePage />
    </Guard>
  ),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: ({ staff, from, until, permission, outcome }: Record<string, unknown>) => ({
    staff: textOf(staff),
    from: dayOf(from),
    until: dayOf(until),
    permission: textOf(permission),
    outcome: textOf(outcome),
  }),
  component: () => (
    <Guard path="/audit">
      <AuditPage />
    </Guard>
  ),
});

/** With its charts in a chunk of its own. */
const EconomyPage = lazy(async () => ({
  default: (await import('../economy/economy-page.tsx')).EconomyPage,
}));

const economy = createRoute({
  getParentRoute: () => root,
  path: '/economy',
  validateSearch: ({ from, to, resource }: Record<string, unknown>) => ({
    from: dayOf(from),
    to: dayOf(to),
    resource: textOf(resource),
  }),
  component: () => (
    <GuardedPage path="/economy">
      <EconomyPage />
    </GuardedPage>
  ),
});

/** In a chunk of their own, which loads once it is known that the viewer may see one of them. */
const ofStaff = () => import('../staff/pages.ts');
const StaffPage = lazy(async () => ({ default: (await ofStaff()).StaffPage }));
const MemberPage = lazy(async () => ({ default: (await ofStaff()).MemberPage }));
const ApprovalsPage = lazy(async () => ({ default: (await ofStaff()).ApprovalsPage }));

const staff = createRoute({
  getParentRoute: () => root,
  path: '/staff',
  validateSearch: ({ tab, q, role }: Record<string, unknown>) => ({
    tab: tab === 'roles' ? ('roles' as const) : ('members' as const),
    q: textOf(q),
    role: textOf(role),
  }),
  component: () => (
    <GuardedPage path="/staff">
      <StaffPage />
    </GuardedPage>
  ),
});

const member = createRoute({
  getParentRoute: () => root,
  path: '/staff/$staffId',
  component: function MemberRoute() {
    const { staffId } = member.useParams();
    return (
      <GuardedPage path="/staff">
        <MemberPage key={staffId} />
      </GuardedPage>
    );
  },
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: ({ show }: Record<string, unknown>) => ({
    show: show === 'all' ? ('all' as const) : ('waiting' as const),
  }),
  component: () => (
    <GuardedPage path="/approvals">
      <ApprovalsPage />
    </GuardedPage>
  ),
});

const VIEWS = ['edit', 'changes', 'replay', 'publish', 'history'] as const;
type View = (typeof VIEWS)[number];

/** In chunks of its own: the checks of a config, and its editor. */
const config = createRoute({
  getParentRoute: () => root,
  path: '/config',
  validateSearch: ({ view }: Record<string, unknown>): { view: View } => ({
    view: VIEWS.find((each) => each === view) ?? 'edit',
  }),
  component: () => (
    <Guard path="/config">
      <Suspense fallback={<LoadingConfig />}>
        <ConfigPage />
      </Suspense>
    </Guard>
  ),
});

/** With its editor in chunks of its own, which no other page loads. */
const graphiql = createRoute({
  getParentRoute: () => root,
  path: '/graphiql',
  component: lazyRouteComponent(() => import('../graphiql/page.tsx'), 'GraphiQLPage'),
  pendingComponent: () => <Loading lines={8} label="Loading GraphiQL" />,
});

export const router = createRouter({
  routeTree: root.addChildren([
    index,
    players,
    player,
    trace,
    economy,
    config,
    ...LIVEOPS_ROUTES,
    ...OPERATIONS_ROUTES,
    approvals,
    staff,
    member,
    audit,
    graphiql,
  ]),
  history: createHashHistory(),
  // Every page begins at its top.
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
