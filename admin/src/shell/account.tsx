// Who is signed in, with which role, how long the token lasts, and how to sign out.
import { Menu } from '@base-ui/react/menu';
import { useEffect, useState } from 'react';
import { useViewer } from '../session/staff.ts';
import { setToken, token } from '../session/token.ts';
import { decodeTokenClaims, describeDistance } from '../session/token-claims.ts';
import { useCell } from '../ui/cell.ts';
import { whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';

export function Account() {
  const viewer = useViewer();
  const claims = decodeTokenClaims(useCell(token));
  if (viewer.kind === 'signed_out') return <span className="account-none">Not signed in</span>;
  const member = viewer.kind === 'staff' ? viewer.member : null;
  const name = member?.id ?? claims?.subject ?? 'Token';
  return (
    <Menu.Root>
      <Menu.Trigger className="account">
        <span className="avatar" aria-hidden="true">
          {name.slice(0, 2).toUpperCase()}
        </span>
        <span className="account-text">
          <span className="visually-hidden">Account: </span>
          <span className="account-name">{name}</span>
          <span className="account-role">{member?.role ?? claims?.kind ?? 'unknown'}</span>
        </span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="layer">
          <Menu.Popup className="menu">
            <div className="menu-about">
              <p className="strong">{name}</p>
              <Expiry at={claims?.expiresAtMs ?? null} />
              {member && (
                <p className="muted">
                  One award: {member.rewardLimit === null ? 'as configured' : whole(member.rewardLimit)} · a
                  day: {member.dailyBudget === null ? 'as configured' : whole(member.dailyBudget)}
                </p>
              )}
            </div>
            <Menu.Item className="menu-item" onClick={() => setToken('')}>
              <Icon name="out" size={16} />
              Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

const CLOCK_STEP_MS = 10_000;

function Expiry({ at }: { readonly at: number | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_STEP_MS);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return null;
  const distance = describeDistance(now, at);
  return (
    <p className="muted">{at <= now ? `The token expired ${distance}` : `The token expires ${distance}`}</p>
  );
}
