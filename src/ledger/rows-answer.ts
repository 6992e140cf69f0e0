/** What the kernel answers to a call with rows of a list: of a campaign, or of a ranking. */
import type { NamedConfig } from '../domain/outcome.ts';
import { type Database, queryDatabase } from './database.ts';
import type { KernelConfigs } from './kernel-contract.ts';

export type RowsAnswer<State> =
  | { readonly kind: 'committed'; readonly state: State }
  /** Nothing more is to be sent: the state is another one, or another instance drives it. */
  | { readonly kind: 'stopped' }
  /** Another call was faster: read the next rows again. */
  | { readonly kind: 'moved' }
  /** Nothing was done: decide again under this config. */
  | { readonly kind: 'stale'; readonly current: NamedConfig | null };

export type KernelRowsAnswer<State> =
  | Exclude<RowsAnswer<State>, { kind: 'stale' }>
  | { readonly kind: 'stale'; readonly answer: KernelConfigs };

export function decodeRowsAnswer<State>(answer: KernelRowsAnswer<State>): RowsAnswer<State> {
  if (answer.kind !== 'stale') return answer;
  const { current = null, configs = [] } = answer.answer;
  const document = configs.find(({ version }) => version === current?.version)?.document ?? null;
  return { kind: 'stale', current: current && { ...current, document } };
}

/** One value: `SELECT … AS answer`. */
export async function askLedger<T>({ sql: neon }: Database, statement: string, sent: unknown[]): Promise<T> {
  const rows = await queryDatabase(() => neon.query(statement, sent));
  return (rows as { answer: T }[])[0]?.answer as T;
}
