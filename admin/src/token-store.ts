// The token that requests carry. sessionStorage keeps it over a reload, for this browser tab only, until the tab is closed.
import { createCell } from './cell.ts';

const STORAGE_KEY = 'onceward:token';

export const token = createCell(sessionStorage.getItem(STORAGE_KEY) ?? '');

/** Accepts what people paste: a leading "Bearer", line breaks and spaces are removed. */
export function setToken(pasted: string): void {
  const value = pasted.replace(/^\s*bearer\s+/i, '').replace(/\s+/g, '');
  if (value) sessionStorage.setItem(STORAGE_KEY, value);
  else sessionStorage.removeItem(STORAGE_KEY);
  token.set(value);
}
