// Where somebody who is not signed in does so: with the issuer of the settings, or by pasting a token.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useCell } from '../ui/cell.ts';
import { signInProblem } from './returning.ts';
import { type SignInSettings, settingsQuery } from './settings.ts';
import { setToken } from './token.ts';
import { decodeTokenClaims } from './token-claims.ts';

export function SignIn() {
  const { data } = useQuery(settingsQuery);
  const problem = useCell(signInProblem);
  return (
    <section className="sign-in">
      <h1>Sign in</h1>
      <p className="muted">
        The console is for staff. Your token stays in this browser tab and is sent to this service only.
      </p>
      {problem && (
        <p className="notice notice-bad" role="alert">
          The sign-in failed: {problem}
        </p>
      )}
      {data?.signIn && <IssuerButton settings={data.signIn} />}
      <PasteForm />
    </section>
  );
}

function IssuerButton({ settings }: { readonly settings: SignInSettings }) {
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    signInProblem.set(null);
    try {
      const { beginSignIn } = await import('./oidc.ts');
      await beginSignIn(settings);
    } catch (error) {
      signInProblem.set(error instanceof Error ? error.message : 'The issuer does not answer.');
      setLeaving(false);
    }
  };
  return (
    <>
      <button type="button" className="button button-primary" onClick={leave} disabled={isLeaving}>
        {isLeaving ? 'Leaving…' : `Continue with ${new URL(settings.issuer).host}`}
      </button>
      <p className="or muted">or</p>
    </>
  );
}

function PasteForm() {
  const fieldId = useId();
  const noteId = useId();
  const [pasted, setPasted] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const value = pasted.replace(/^\s*bearer\s+/i, '').trim();
    if (decodeTokenClaims(value) === null)
      setProblem('This is not a token: it has three parts joined by dots.');
    else setToken(value);
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor={fieldId}>Staff token</label>
      <input
        id={fieldId}
        className="input mono"
        type="password"
        value={pasted}
        onChange={(event) => setPasted(event.target.value)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-describedby={noteId}
        aria-invalid={problem !== null}
        placeholder="eyJ…"
      />
      <p id={noteId} className={problem ? 'problem' : 'muted'} role={problem ? 'alert' : undefined}>
        {problem ?? 'Paste the whole token, with or without “Bearer”.'}
      </p>
      <button type="submit" className="button button-primary" disabled={pasted.trim() === ''}>
        Sign in
      </button>
    </form>
  );
}
