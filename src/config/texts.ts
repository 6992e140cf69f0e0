/**
 * Translations of catalogue text: one document per language, an object of texts by key. They are published and served apart from the
 * balance config, so a corrected text is no new version of the rules.
 */
import { defaultTexts, TRANSLATED } from '../domain/catalogue.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { isStorableText } from '../domain/values.ts';
import { LANGUAGE, MAX_SHOWN_TEXT, MAX_TITLE } from './bounds.ts';
import { canonicalJson } from './json.ts';
import type { Problem } from './problem.ts';

export const MAX_TEXTS_BYTES = 1024 * 1024;
/** Holds the current version of each language as JSON (`TextsIndex`). */
export const TEXTS_INDEX_KEY = 'texts:current';
/** Holds canonical JSON. The value under a key never changes. */
export const textsKey = (sha256: string): string => `texts:${sha256}`;

export interface TextsPointer {
  readonly version: number;
  readonly sha256: string;
}

/** By language. */
export type TextsIndex = Readonly<Record<string, TextsPointer>>;

const LONGEST: Readonly<Record<(typeof TRANSLATED)[number], number>> = {
  title: MAX_TITLE,
  text: MAX_SHOWN_TEXT,
};

export interface CheckedTexts {
  readonly problems: readonly Problem[];
  /** The keys that the document leaves to the default language. */
  readonly missing: readonly string[];
}

/** What is wrong with the texts of a language under these rules. */
export function checkTexts(document: unknown, language: string, { catalogue }: BalanceRules): CheckedTexts {
  const known = defaultTexts(catalogue);
  const problems: Problem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });
  if (!LANGUAGE.test(language))
    report('language', 'must be a language tag (BCP 47), like de, pt-BR or zh-Hant');
  if (language === catalogue.defaultLanguage)
    report('language', `${language} is the default language: its texts are in the balance config`);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    report('', 'must be an object of texts by key, like {"exchanges.starter_pack.title": "…"}');
    return { problems, missing: [] };
  }
  for (const [key, text] of Object.entries(document)) {
    const problem = known.has(key) ? textProblem(key, text) : unknownKey(key, known);
    if (problem !== null) report(key, problem);
  }
  const bytes = new TextEncoder().encode(canonicalJson(document)).length;
  if (bytes > MAX_TEXTS_BYTES)
    report('', `must be at most ${MAX_TEXTS_BYTES} bytes as JSON without spaces, not ${bytes}`);
  return { problems, missing: [...known.keys()].filter((key) => !Object.hasOwn(document, key)) };
}

function textProblem(key: string, text: unknown): string | null {
  if (typeof text !== 'string') return 'must be text in quotes';
  const field = TRANSLATED.find((each) => key.endsWith(`.${each}`));
  const most = field ? LONGEST[field] : MAX_SHOWN_TEXT;
  if (text.length < 1 || text.length > most) return `must have 1 to ${most} characters, not ${text.length}`;
  return isStorableText(text) ? null : 'must be plain text';
}

function unknownKey(key: string, known: ReadonlyMap<string, string>): string {
  const close = closest(key, known.keys());
  return `is no text of the balance config${close ? `; did you mean "${close}"?` : '; check the key, or remove it'}`;
}

/** The name that differs least, if it differs in less than a third. */
function closest(key: string, names: Iterable<string>): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of names) {
    const distance = distanceOf(key, name);
    if (best === null || distance < best.distance) best = { name, distance };
  }
  return best !== null && best.distance * 3 < key.length ? best.name : null;
}

/** How many letters must be added, removed or replaced (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

export function isTextsIndex(value: unknown): value is TextsIndex {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([language, pointer]) =>
        LANGUAGE.test(language) &&
        Number.isSafeInteger((pointer as TextsPointer | null)?.version) &&
        /^[0-9a-f]{64}$/.test(String((pointer as TextsPointer).sha256)),
    )
  );
}
