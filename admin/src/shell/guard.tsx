// Shows a page to those who may see it, and otherwise says why not. Nothing of the page is rendered, so nothing is fetched.
import type { ReactNode } from 'react';
import { SignIn } from '../session/sign-in.tsx';
import { useViewer, type Viewer } from '../session/staff.ts';
import { setToken } from '../session/token.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { mayOpen, PAGES, type Page } from './pages.ts';

interface GuardProps {
  readonly path: Page['path'];
  readonly children: ReactNode;
}

export function Guard({ path, children }: GuardProps) {
  const viewer = useViewer();
  const page = PAGES.find((each) => each.path === path);
  if (viewer.kind === 'staff' && page && mayOpen(page, viewer.member.permissions)) return children;
  return (
    <div className="page-narrow">
      <Refusal viewer={viewer} title={page?.title ?? ''} />
    </div>
  );
}

function Refusal({ viewer, title }: { readonly viewer: Viewer; readonly title: string }) {
  switch (viewer.kind) {
    case 'signed_out':
      return <SignIn />;
    case 'loading':
      return <Loading label="Checking who you are" />;
    case 'not_staff':
      return (
        <Empty title={`This is a token of a ${viewer.tokenKind}, and ${title} is for staff.`}>
          <p>GraphiQL takes any token. For this page, sign in with a staff token.</p>
          <SignOut />
        </Empty>
      );
    case 'refused':
      return (
        <Empty title={viewer.message}>
          <p>
            {viewer.code === 'UNAUTHENTICATED'
              ? 'Get a new token, then sign in again.'
              : 'An administrator can change that. You can also sign in as somebody else.'}
          </p>
          <SignOut />
        </Empty>
      );
    case 'unreachable':
      return (
        <Empty title="The service does not answer.">
          <button type="button" className="button" onClick={viewer.retry}>
            Try again
          </button>
        </Empty>
      );
    case 'staff':
      return (
        <Empty title={`Your role, ${viewer.member.role}, does not include ${title}.`}>
          <p>An administrator can give you a role that does.</p>
        </Empty>
      );
  }
}

function SignOut() {
  return (
    <button type="button" className="button" onClick={() => setToken('')}>
      Sign out
    </button>
  );
}
