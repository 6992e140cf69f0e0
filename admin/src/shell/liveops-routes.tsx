// The routes of live-ops: campaigns, messages, codes and undos. Each page is a script of its own, which loads when it is opened.
import { createRoute } from '@tanstack/react-router';
import { lazy } from 'react';
import { GuardedPage, idOf, root, textOf } from './route-parts.tsx';
import { NotFound } from './shell.tsx';

const CampaignsPage = lazy(async () => ({
  default: (await import('../campaigns/campaigns-page.tsx')).CampaignsPage,
}));
const NewCampaignPage = lazy(async () => ({
  default: (await import('../campaigns/new-campaign-page.tsx')).NewCampaignPage,
}));
const CampaignPage = lazy(async () => ({
  default: (await import('../campaigns/campaign-page.tsx')).CampaignPage,
}));
const MessagesPage = lazy(async () => ({
  default: (await import('../messages/messages-page.tsx')).MessagesPage,
}));
const CodesPage = lazy(async () => ({ default: (await import('../codes/codes-page.tsx')).CodesPage }));
const UndosPage = lazy(async () => ({ default: (await import('../undo/undos-page.tsx')).UndosPage }));
const NewUndoPage = lazy(async () => ({ default: (await import('../undo/new-undo-page.tsx')).NewUndoPage }));
const UndoPage = lazy(async () => ({ default: (await import('../undo/undo-page.tsx')).UndoPage }));

const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  component: () => (
    <GuardedPage path="/campaigns">
      <CampaignsPage />
    </GuardedPage>
  ),
});

const newCampaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/new',
  validateSearch: ({ announce }: Record<string, unknown>) => ({ announce: announce === true }),
  component: () => (
    <GuardedPage path="/campaigns">
      <NewCampaignPage />
    </GuardedPage>
  ),
});

const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$campaignId',
  component: function CampaignRoute() {
    const id = idOf(campaign.useParams().campaignId);
    if (id === null) return <NotFound />;
    return (
      <GuardedPage path="/campaigns">
        <CampaignPage key={id} campaignId={id} />
      </GuardedPage>
    );
  },
});

const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages',
  validateSearch: ({ player: playerId }: Record<string, unknown>) => ({ player: textOf(playerId) }),
  component: () => (
    <GuardedPage path="/messages">
      <MessagesPage />
    </GuardedPage>
  ),
});

const codes = createRoute({
  getParentRoute: () => root,
  path: '/codes',
  component: () => (
    <GuardedPage path="/codes">
      <CodesPage />
    </GuardedPage>
  ),
});

const undos = createRoute({
  getParentRoute: () => root,
  path: '/undo',
  component: () => (
    <GuardedPage path="/undo">
      <UndosPage />
    </GuardedPage>
  ),
});

const newUndo = createRoute({
  getParentRoute: () => root,
  path: '/undo/new',
  validateSearch: ({ campaign: id }: Record<string, unknown>): { campaign?: number } => {
    const found = idOf(textOf(id));
    return found === null ? {} : { campaign: found };
  },
  component: () => (
    <GuardedPage path="/undo">
      <NewUndoPage />
    </GuardedPage>
  ),
});

const undo = createRoute({
  getParentRoute: () => root,
  path: '/undo/$undoId',
  component: function UndoRoute() {
    const id = idOf(undo.useParams().undoId);
    if (id === null) return <NotFound />;
    return (
      <GuardedPage path="/undo">
        <UndoPage key={id} undoId={id} />
      </GuardedPage>
    );
  },
});

export const LIVEOPS_ROUTES = [
  campaigns,
  newCampaign,
  campaign,
  messages,
  codes,
  undos,
  newUndo,
  undo,
] as const;
