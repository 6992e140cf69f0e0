// The token field, and below it what the token says about itself, marked as unverified. It never sends the token.
import { useEffect, useId, useState } from 'react';
import { setToken } from '../session/token.ts';
import { decodeTokenClaims, describeDistance } from '../session/token-claims.ts';

export function TokenPanel({ token }: { readonly token: string }) {
  const [shown, setShown] = useState(false);
  const fieldId = useId();
  const noteId = useId();
  return (
    <div className="token">
      <div className="token-row">
        <label htmlFor={fieldId}>Token</label>
        <input
          id={fieldId}
          type={shown ? 'text' : 'password'}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          placeholder="Paste a staff, server or player token"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby={noteId}
        />
        <button type="button" onClick={() => setShown(!shown)} aria-pressed={shown} disabled={!token}>
          {shown ? 'Hide' : 'Show'}
        </button>
        <button type="button" onClick={() => setToken('')} disabled={!token}>
          Clear
        </button>
      </div>
      <p id={noteId} className="note">
        <TokenIdentity token={token} />
      </p>
    </div>
  );
}

const CLOCK_STEP_MS = 5_000;

function TokenIdentity({ token }: { readonly token: string }) {
  const nowMs = useNow();
  if (!token) return <>Kept in this browser tab only. Without one you are anonymous.</>;
  const claims = decodeTokenClaims(token);
  if (claims === null) return <Warning>This is not a JWT, which has three parts joined by dots.</Warning>;
  const { kind, subject, expiresAtMs } = claims;
  const expired = expiresAtMs !== null && expiresAtMs <= nowMs;
  return (
    <>
      <span className={`kind kind-${kind ?? 'unknown'}`}>{kind ?? 'no kind'}</span>{' '}
      <strong title={subject ?? undefined}>{subject ?? 'no subject'}</strong>
      {expired ? (
        <Warning>expired {describeDistance(nowMs, expiresAtMs)}: the server will refuse it</Warning>
      ) : (
        <span>{expiresAtMs === null ? 'no expiry' : `expires ${describeDistance(nowMs, expiresAtMs)}`}</span>
      )}
      <span className="unverified" title="Read from the token in this browser. Only the server checks it.">
        unverified
      </span>
    </>
  );
}

function Warning({ children }: { readonly children: React.ReactNode }) {
  return (
    <span role="alert" className="warning">
      {children}
    </span>
  );
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), CLOCK_STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
