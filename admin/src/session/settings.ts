// The settings of this console, which the Worker has (src/http/console.ts).
import { queryOptions } from '@tanstack/react-query';

export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Settings {
  /** Null: staff paste their tokens. */
  readonly signIn: SignInSettings | null;
}

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async (): Promise<Settings> => {
    const response = await fetch('/admin/settings', { credentials: 'omit' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Settings;
  },
  staleTime: Number.POSITIVE_INFINITY,
});
