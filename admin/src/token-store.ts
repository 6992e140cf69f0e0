// The token that requests carry. It lives in sessionStorage: it survives a reload, belongs to this browser tab alone
// and goes when the tab is closed. Nothing here judges the token.
import { createCell } from './cell.ts';

const STORAGE_KEY = 'onceward:token';

export const token = createCell(sessionStorage.getItem(STORAGE_KEY) ?? '');

/** Takes what people paste: with the word Bearer before it, line breaks inside, spaces around. */
export function setToken(pasted: string): void {
  const value = pasted.replace(/^\s*bearer\s+/i, '').replace(/\s+/g, '');
  if (value) sessionStorage.setItem(STORAGE_KEY, value);
  else sessionStorage.removeItem(STORAGE_KEY);
  token.set(value);
}
