/** The example document compared with itself after changes. */
import { type ConfigChange, type Former, NO_FORMER } from '../../src/config/changes.ts';
import { compareConfigs } from '../../src/config/compare.ts';
import { exampleDocument, exampleWith, type Json, type Path } from './example.ts';

/** Sunday noon in UTC, and Sunday evening in Tokyo. */
export const NOON = new Date('2026-11-29T12:00:00Z');

type Options = { readonly from?: Json; readonly former?: Partial<Former>; readonly now?: Date };

export function changes(next: Json, { from = exampleDocument(), former = {}, now = NOON }: Options = {}) {
  return compareConfigs({ current: from, next, former: { ...NO_FORMER, ...former }, now });
}
export const changesAt = (path: Path, value: unknown, options?: Options) =>
  changes(exampleWith(path, value), options);
export const listed = (found: readonly ConfigChange[]) =>
  found.map(({ severity, path, text }) => `${severity} ${path}: ${text}`);
export const reopened = (found: readonly ConfigChange[]) =>
  found.filter(({ severity }) => severity === 'reopens').map(({ path }) => path);
