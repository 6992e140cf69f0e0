// What the files of routes have in common.
import { createRootRoute } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import { Loading } from '../ui/states.tsx';
import { Guard } from './guard.tsx';
import type { Page } from './pages.ts';
import { NotFound, Shell } from './shell.tsx';

export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

export const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** The number of a record; null: it is none. */
export const idOf = (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null);

interface GuardedPageProps {
  readonly path: Page['path'];
  /** Its script loads when somebody who may see it opens it. */
  readonly children: ReactNode;
}

export function GuardedPage({ path, children }: GuardedPageProps) {
  return (
    <Guard path={path}>
      <Suspense fallback={<PagePending />}>{children}</Suspense>
    </Guard>
  );
}

function PagePending() {
  return (
    <div className="page-body">
      <Loading lines={12} label="Loading the page" />
    </div>
  );
}
