// One line that says who the token claims to be and until when, marked as unverified, and that warns when it has ended.
import { useEffect, useState } from 'react';
import { decodeTokenClaims, describeDistance } from './token-claims.ts';

const CLOCK_STEP_MS = 5_000;

export function TokenIdentity({ token }: { readonly token: string }) {
  const nowMs = useNow();
  if (!token) return <>Kept in this browser tab only. Without one you are anonymous.</>;
  const claims = decodeTokenClaims(token);
  if (claims === null) return <Warning>This is not a JWT: three parts joined by dots were expected.</Warning>;
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
