/**
 * What a shop or a daily screen shows of the balance config: titles, texts, images, tags and an order. It decides nothing: terms
 * and amounts never depend on it. Translations of the texts are documents of their own, by the keys that `textKey` makes.
 */

/** The parts of the config whose entries have texts. */
export const CATALOGUE_SECTIONS = ['resources', 'claimTypes', 'exchanges', 'drawTables', 'messages'] as const;
export type CatalogueSection = (typeof CATALOGUE_SECTIONS)[number];

/** The members of an entry that are translated. */
export const TRANSLATED = ['title', 'text'] as const;

export interface CatalogueEntry {
  /** In the default language; null: it has none. */
  readonly title: string | null;
  readonly text: string | null;
  /** A path on the game's own host, or an https URL. */
  readonly image: string | null;
  readonly tags: readonly string[];
  /** Lower comes first; equal ones come by name. */
  readonly sort: number;
}

export interface Catalogue {
  /** The language of the texts in the config (BCP 47). */
  readonly defaultLanguage: string;
  /** By `entryKey`. An entry that says nothing is missing. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
}

const NOTHING: CatalogueEntry = { title: null, text: null, image: null, tags: [], sort: 0 };

const entryKey = (section: CatalogueSection, name: string) => `${section}.${name}`;

/** Translations by the keys of `textKey`. */
export type Texts = Readonly<Record<string, string>>;

/** In the language of the texts, and where one is missing in the default language. */
export function catalogueEntry(
  { entries }: Catalogue,
  section: CatalogueSection,
  name: string,
  texts: Texts = {},
): CatalogueEntry {
  const entry = entries.get(entryKey(section, name)) ?? NOTHING;
  const translated = (field: (typeof TRANSLATED)[number]) => {
    const key = textKey(section, name, field);
    return Object.hasOwn(texts, key) ? (texts[key] as string) : entry[field];
  };
  return { ...entry, title: translated('title'), text: translated('text') };
}

/** The key of a text, for translations: `exchanges.starter_pack.title`. */
export function textKey(section: CatalogueSection, name: string, field: (typeof TRANSLATED)[number]): string {
  return `${entryKey(section, name)}.${field}`;
}

/** Each text in the default language, by its key. */
export function defaultTexts({ entries }: Catalogue): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, entry] of entries) {
    for (const field of TRANSLATED) {
      const text = entry[field];
      if (text !== null) texts.set(`${key}.${field}`, text);
    }
  }
  return texts;
}

/** Which entries a screen shows: those with the tag, and of those the ones that are named. */
export interface Selection {
  readonly tag: string | null;
  readonly ids: readonly string[] | null;
  /** The last entry of the page before; null: from the first one. */
  readonly after: string | null;
  readonly first: number;
  /** Of the language that the caller reads. */
  readonly texts: Texts;
}

export interface Page<Rule> {
  readonly shown: readonly { readonly rule: Rule; readonly entry: CatalogueEntry }[];
  /** Whether entries follow. */
  readonly more: boolean;
}

/** The selected entries in the order of `sort`, then of their names. Null: no selected entry has the name in `after`. */
export function pageOf<Rule extends { readonly name: string }>(
  rules: ReadonlyMap<string, Rule>,
  { catalogue, section }: { readonly catalogue: Catalogue; readonly section: CatalogueSection },
  { tag, ids, after, first, texts }: Selection,
): Page<Rule> | null {
  const named = ids === null ? [...rules.keys()] : [...new Set(ids)];
  const selected = named
    .flatMap((name) => {
      const rule = rules.get(name);
      return rule ? [{ rule, entry: catalogueEntry(catalogue, section, name, texts) }] : [];
    })
    .filter(({ entry }) => tag === null || entry.tags.includes(tag))
    .sort((a, b) => a.entry.sort - b.entry.sort || (a.rule.name < b.rule.name ? -1 : 1));
  const from = after === null ? 0 : selected.findIndex(({ rule }) => rule.name === after) + 1;
  if (after !== null && from === 0) return null;
  return { shown: selected.slice(from, from + first), more: selected.length > from + first };
}
