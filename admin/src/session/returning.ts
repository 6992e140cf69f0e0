// A browser that comes back from the issuer: the code in its address becomes a token before any page is shown.
import { createCell } from '../ui/cell.ts';
import { queryClient } from './api.ts';
import { settingsQuery } from './settings.ts';
import { setToken } from './token.ts';

/** Why the last sign-in failed. */
export const signInProblem = createCell<string | null>(null);

export async function completeSignIn(): Promise<void> {
  const parameters = new URLSearchParams(location.search);
  if (!parameters.has('state') || !(parameters.has('code') || parameters.has('error'))) return;
  try {
    const { signIn } = await queryClient.fetchQuery(settingsQuery);
    if (signIn === null) return;
    const { finishSignIn } = await import('./oidc.ts');
    setToken(await finishSignIn(signIn));
  } catch (error) {
    // The message of the library names no code and no token.
    signInProblem.set(error instanceof Error ? error.message : 'The issuer refused.');
  }
}
