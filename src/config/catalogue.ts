/**
 * Catalogue text in a balance document: the fields that entries of each section have besides their rules, and how they become the
 * domain's catalogue. No rule depends on it.
 */
import * as z from 'zod/mini';
import {
  CATALOGUE_SECTIONS,
  type Catalogue,
  type CatalogueEntry,
  type CatalogueSection,
} from '../domain/catalogue.ts';
import { isStorableText } from '../domain/values.ts';
import * as bounds from './bounds.ts';
import { description, messageName, sizedRecord } from './schema-values.ts';

/** A text that players read, in the default language. */
const shown = (most: number) =>
  z.string().check(z.minLength(1), z.maxLength(most), z.refine(isStorableText, 'must be plain text'));

const shownTitle = shown(bounds.MAX_TITLE);
const shownText = shown(bounds.MAX_SHOWN_TEXT);
/** What the inbox shows of pending rewards. */
export const messages = z._default(
  sizedRecord(messageName, z.strictObject({ description, title: shownTitle, text: z.optional(shownText) }), {
    most: bounds.MAX_MESSAGES,
  }),
  {},
);

const image = z
  .string()
  .check(
    z.maxLength(bounds.MAX_IMAGE),
    z.regex(bounds.IMAGE, 'must be a path like /shop/starter.png or a URL that begins with https://'),
  );

const tag = z
  .string()
  .check(
    z.regex(
      bounds.CLAIM_TYPE_NAME,
      'must be a tag: 1 to 64 lowercase letters, digits and _, starting with a letter',
    ),
  );

/** Spread into the object of an entry that players see. */
export const catalogueFields = {
  title: z.optional(shownTitle),
  text: z.optional(shownText),
  image: z.optional(image),
  tags: z.optional(
    z.array(tag).check(
      z.maxLength(bounds.MAX_TAGS),
      z.refine((tags) => new Set(tags).size === tags.length, 'must not list a tag twice'),
    ),
  ),
  sort: z.optional(z.int().check(z.minimum(-bounds.MAX_SORT), z.maximum(bounds.MAX_SORT))),
};

export const language = z
  .string()
  .check(z.regex(bounds.LANGUAGE, 'must be a language tag (BCP 47), like en, pt-BR or zh-Hant'));

type Described = {
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly image?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly sort?: number | undefined;
};
type Sections = { readonly [Section in CatalogueSection]?: Readonly<Record<string, Described>> };

export function compileCatalogue({
  defaultLanguage,
  ...sections
}: Sections & { readonly defaultLanguage: string }): Catalogue {
  const entries = new Map<string, CatalogueEntry>();
  for (const section of CATALOGUE_SECTIONS) {
    for (const [name, entry] of Object.entries(sections[section] ?? {})) {
      const { title = null, text = null, image = null, tags = [], sort = 0 } = entry;
      if (title !== null || text !== null || image !== null || tags.length > 0 || sort !== 0)
        entries.set(`${section}.${name}`, { title, text, image, tags, sort });
    }
  }
  return { defaultLanguage, entries };
}
