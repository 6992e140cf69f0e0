// Light, dark, or as the system. GraphiQL reads the same setting, and its class on the body sets the colours of every page.
import { createCell } from '../ui/cell.ts';

export type Theme = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'graphiql:theme';

function stored(): Theme {
  const value = localStorage.getItem(STORAGE_KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = createCell<Theme>(stored());

/** Sets the class on the body: before the first paint, so that a page does not flash in the other theme. */
export function applyTheme(value: Theme): void {
  document.body.classList.remove('graphiql-light', 'graphiql-dark');
  if (value !== 'system') document.body.classList.add(`graphiql-${value}`);
}

export function setTheme(value: Theme): void {
  if (value === 'system') localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, value);
  applyTheme(value);
  theme.set(value);
}
