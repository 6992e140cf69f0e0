// The token that requests send. It is kept in this browser tab only, and nothing prints it.
import { createCell } from '../ui/cell.ts';

const STORAGE_KEY = 'onceward:token';

/** sessionStorage keeps the token over a reload. */
export const token = createCell(sessionStorage.getItem(STORAGE_KEY) ?? '');

/** Accepts what people paste: a leading "Bearer", line breaks and spaces are removed. */
export function setToken(pasted: string): void {
  const value = pasted.replace(/^\s*bearer\s+/i, '').replace(/\s+/g, '');
  if (value) sessionStorage.setItem(STORAGE_KEY, value);
  else sessionStorage.removeItem(STORAGE_KEY);
  token.set(value);
}
