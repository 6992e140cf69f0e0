// The routes of operations: alarms, breakers, endpoints, game servers and erasures. Each page is a script of its own.
import { createRoute } from '@tanstack/react-router';
import { lazy } from 'react';
import { GuardedPage, idOf, root, textOf } from './route-parts.tsx';
import { NotFound } from './shell.tsx';

const AlarmsPage = lazy(async () => ({ default: (await import('../alarms/alarms-page.tsx')).AlarmsPage }));
const BreakersPage = lazy(async () => ({
  default: (await import('../breakers/breakers-page.tsx')).BreakersPage,
}));
const EndpointsPage = lazy(async () => ({
  default: (await import('../endpoints/endpoints-page.tsx')).EndpointsPage,
}));
const EndpointPage = lazy(async () => ({
  default: (await import('../endpoints/endpoint-page.tsx')).EndpointPage,
}));
const ServersPage = lazy(async () => ({
  default: (await import('../servers/servers-page.tsx')).ServersPage,
}));
const ErasuresPage = lazy(async () => ({
  default: (await import('../erasures/erasures-page.tsx')).ErasuresPage,
}));

const alarms = createRoute({
  getParentRoute: () => root,
  path: '/alarms',
  validateSearch: ({ show }: Record<string, unknown>) => ({
    show: show === 'closed' ? ('closed' as const) : ('open' as const),
  }),
  component: () => (
    <GuardedPage path="/alarms">
      <AlarmsPage />
    </GuardedPage>
  ),
});

const breakers = createRoute({
  getParentRoute: () => root,
  path: '/breakers',
  validateSearch: ({ breaker, type, player }: Record<string, unknown>) => ({
    breaker: textOf(breaker),
    type: textOf(type),
    player: textOf(player),
  }),
  component: () => (
    <GuardedPage path="/breakers">
      <BreakersPage />
    </GuardedPage>
  ),
});

const endpoints = createRoute({
  getParentRoute: () => root,
  path: '/endpoints',
  component: () => (
    <GuardedPage path="/endpoints">
      <EndpointsPage />
    </GuardedPage>
  ),
});

const endpoint = createRoute({
  getParentRoute: () => root,
  path: '/endpoints/$endpointId',
  component: function EndpointRoute() {
    const id = idOf(endpoint.useParams().endpointId);
    if (id === null) return <NotFound />;
    return (
      <GuardedPage path="/endpoints">
        <EndpointPage key={id} endpointId={id} />
      </GuardedPage>
    );
  },
});

const servers = createRoute({
  getParentRoute: () => root,
  path: '/servers',
  validateSearch: ({ id, show }: Record<string, unknown>) => ({
    id: textOf(id),
    show: show === 'disabled' ? ('disabled' as const) : ('all' as const),
  }),
  component: () => (
    <GuardedPage path="/servers">
      <ServersPage />
    </GuardedPage>
  ),
});

const erasures = createRoute({
  getParentRoute: () => root,
  path: '/erasures',
  validateSearch: ({ player }: Record<string, unknown>): { player?: string } =>
    textOf(player) === '' ? {} : { player: textOf(player) },
  component: () => (
    <GuardedPage path="/erasures">
      <ErasuresPage />
    </GuardedPage>
  ),
});

export const OPERATIONS_ROUTES = [alarms, breakers, endpoints, endpoint, servers, erasures] as const;
