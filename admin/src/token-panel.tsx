// The token field with its show and clear buttons, and below it who the token says it is. It never sends the token.
import { useId, useState } from 'react';
import { TokenIdentity } from './token-identity.tsx';
import { setToken } from './token-store.ts';

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
