// The frame of every page: navigation at the side, or behind a button in a narrow window, and above the page the search, the theme
// and who is signed in.
import { Dialog } from '@base-ui/react/dialog';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Fragment, useEffect, useState } from 'react';
import { AlarmCount, useOpenAlarms } from '../alarms/alarm-count.tsx';
import { useViewer } from '../session/staff.ts';
import { Icon } from '../ui/icon.tsx';
import mark from '../ui/mark.svg';
import { Empty } from '../ui/states.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { Account } from './account.tsx';
import { GROUPS, mayOpen, PAGES } from './pages.ts';
import { Palette } from './palette.tsx';
import { ThemeMenu } from './theme-menu.tsx';

export function Shell() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const page = PAGES.find((each) => path.startsWith(each.path));
  const isWide = page?.path === '/graphiql';
  useEffect(() => {
    document.title = page ? `${page.title} · Onceward` : 'Onceward';
  }, [page]);
  return (
    <Toasts>
      <a className="skip" href={`#${path}`} onClick={focusPage}>
        Skip to the page
      </a>
      <div className={`shell${isWide ? ' shell-wide' : ''}`}>
        <aside className="side">
          <Brand />
          <Navigation />
        </aside>
        <header className="top">
          <NarrowNavigation key={path} />
          <Palette />
          <div className="top-end">
            <ThemeMenu />
            <Account />
          </div>
        </header>
        <main className="page" id="page" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </Toasts>
  );
}

/** A link would change the hash, which is the route. */
function focusPage(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('page')?.focus();
}

function Brand() {
  return (
    <Link to="/players" search={{ q: '' }} className="brand" title={location.host}>
      <img src={mark} alt="" width="28" height="28" />
      <span className="brand-name">Onceward</span>
    </Link>
  );
}

/** The pages that the viewer may open. Before it is known who that is, those that need nobody. */
function Navigation() {
  const viewer = useViewer();
  const permissions = viewer.kind === 'staff' ? viewer.member.permissions : null;
  const isOpen = viewer.kind === 'signed_out' || viewer.kind === 'loading';
  const pages = PAGES.filter((page) => isOpen || mayOpen(page, permissions));
  return (
    <nav aria-label="Pages">
      {GROUPS.map((group) => {
        const links = pages.filter((page) => page.group === group);
        if (links.length === 0) return null;
        return (
          <Fragment key={group}>
            <p className="nav-group">{group}</p>
            {links.map(({ path, title, icon }) => (
              <Link key={path} to={path} search={{}} className="nav-link" title={title}>
                <Icon name={icon} />
                <span className="nav-title">{title}</span>
                {path === '/alarms' && <AlarmCount />}
              </Link>
            ))}
          </Fragment>
        );
      })}
    </nav>
  );
}

function NarrowNavigation() {
  const [isOpen, setOpen] = useState(false);
  const alarms = useOpenAlarms();
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger
        className="button-icon only-narrow"
        aria-label={alarms > 0 ? 'Open the navigation; an alarm is open' : 'Open the navigation'}
      >
        <Icon name="menu" />
        {alarms > 0 && <span className="menu-dot" />}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="drawer" aria-label="Navigation">
          <div className="drawer-head">
            <Brand />
            <Dialog.Close className="button-icon" aria-label="Close the navigation">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Navigation />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

export function NotFound() {
  return (
    <div className="page-narrow">
      <Empty title="There is no such page.">
        <Link to="/players" search={{ q: '' }} className="button">
          To the players
        </Link>
      </Empty>
    </div>
  );
}
