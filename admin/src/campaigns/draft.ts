// What is filled in of a new campaign. It stays in this browser tab until the campaign is made, so that a reload loses nothing but the
// file, which is chosen again.
import type { PlayerQueryInput } from '@onceward/client';
import { type GivenText, grantsOf, momentOf, NOTHING } from '../records/values.ts';

export interface BalanceText {
  readonly resource: string;
  readonly atLeast: string;
  readonly atMost: string;
}

export interface QueryText {
  readonly levelAtLeast: string;
  readonly levelAtMost: string;
  readonly tier: string;
  readonly createdFrom: string;
  readonly createdUntil: string;
  readonly activeFrom: string;
  readonly activeUntil: string;
  readonly balance: BalanceText;
}

export interface Draft {
  readonly players: 'file' | 'query' | 'list';
  readonly query: QueryText;
  /** The ID of a closed list. */
  readonly listId: string;
  readonly gives: readonly GivenText[];
  readonly how: 'grant' | 'pending' | 'announce';
  readonly title: string;
  readonly text: string;
  readonly expiresAt: string;
  readonly name: string;
  readonly reason: string;
}

export const EMPTY: Draft = {
  players: 'file',
  query: {
    levelAtLeast: '',
    levelAtMost: '',
    tier: '',
    createdFrom: '',
    createdUntil: '',
    activeFrom: '',
    activeUntil: '',
    balance: { resource: '', atLeast: '', atMost: '' },
  },
  listId: '',
  gives: [NOTHING],
  how: 'grant',
  title: '',
  text: '',
  expiresAt: '',
  name: '',
  reason: '',
};

const STORAGE_KEY = 'onceward:campaign-draft';

export function storedDraft(): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

export function storeDraft(draft: Draft | null): void {
  if (draft === null) sessionStorage.removeItem(STORAGE_KEY);
  else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
}

/** What the API takes of the query; null: it asks nothing. */
export function queryInputOf(query: QueryText): PlayerQueryInput | null {
  const { levelAtLeast, levelAtMost, tier, createdFrom, createdUntil, activeFrom, activeUntil, balance } =
    query;
  const count = (text: string) => (text === '' ? null : Number(text));
  const atLeast = count(balance.atLeast);
  const atMost = count(balance.atMost);
  const asked = {
    levelAtLeast: count(levelAtLeast),
    levelAtMost: count(levelAtMost),
    tier: tier || null,
    createdFrom: momentOf(createdFrom),
    createdUntil: momentOf(createdUntil),
    activeFrom: momentOf(activeFrom),
    activeUntil: momentOf(activeUntil),
    balances: balance.resource === '' ? null : [{ resource: balance.resource, atLeast, atMost }],
  };
  const given = Object.entries(asked).filter(([, value]) => value !== null);
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** As createCampaign takes it; `saysGives`: the rows of the list say what each player gets. */
export function campaignInputOf(draft: Draft, { listId, saysGives }: { listId: number; saysGives: boolean }) {
  const { name, reason, how, title, text, gives } = draft;
  const words = { title, text: text || null };
  return {
    name,
    listId,
    reason,
    gives: saysGives ? null : grantsOf(gives),
    ...(how === 'announce' && { announce: { ...words, expiresAt: momentOf(draft.expiresAt) } }),
    ...(how === 'pending' && { onFull: 'PENDING' as const, ...(title && words) }),
  };
}

/** "Winners of November.csv" → winners_of_november. */
export const nameOfFile = (file: string): string =>
  file
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 64);
