// The JSON schema of a balance document as an editor needs it: with the names that a document defines, so that they are completed where
// others refer to them.
import published from '../../../config/balance.schema.json';
import { objectOf } from '../players/explain.ts';
import type { Schema } from './arrange.ts';

/** What config/balance.schema.json has, which is what other editors use. */
export const SCHEMA = published as unknown as Schema;

type Writable = Record<string, unknown>;

/** Records whose names are those of a section. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  rewards: ['resources'],
  gives: ['resources'],
  costs: ['resources'],
  grants: ['resources'],
  draws: ['drawTables'],
  requiresProgress: ['counters'],
  advances: ['counters'],
  perSeason: ['seasons'],
};

/** Texts, or lists of texts, that name an entry of a section. */
const NAMES: Readonly<Record<string, string>> = {
  resource: 'resources',
  paidResource: 'resources',
  counter: 'resources',
  health: 'resources',
  table: 'drawTables',
  streak: 'streaks',
  message: 'messages',
  season: 'seasons',
  sharedLimits: 'limits',
};

export function schemaFor(document: unknown): object {
  const schema = structuredClone(published) as Writable;
  const parts = objectOf(document);
  const namesOf = (section: string) => Object.entries(objectOf(parts[section]));
  const fill = (node: Writable) => {
    for (const [key, field] of Object.entries(objectOf(node.properties)) as [string, Writable][]) {
      for (const section of RECORDS[key] ?? [])
        for (const form of recordsOf(field)) addNames(form, namesOf(section));
      const names = NAMES[key] && namesOf(NAMES[key]).map(([name]) => name);
      const named = (field.items ?? field) as Writable;
      if (names && named.type === 'string') named.enum = names;
    }
    for (const child of childrenOf(node)) fill(child);
  };
  fill(schema);
  return schema;
}

/** A value with several forms has those of all of them. */
function formsOf(node: Writable): Writable[] {
  return [node, ...((node.anyOf ?? []) as Writable[]), ...((node.oneOf ?? []) as Writable[])];
}

/** The records of a field: a price may be one, or a list of several. */
const recordsOf = (node: Writable) =>
  formsOf(node).flatMap((form) => [form, ...(form.items ? [form.items as Writable] : [])]);

function addNames(node: Writable, entries: readonly (readonly [string, unknown])[]): void {
  const value = node.additionalProperties;
  if (typeof value !== 'object') return;
  node.properties = Object.fromEntries(
    entries.map(([name, entry]) => [name, { ...value, description: objectOf(entry).description ?? name }]),
  );
}

function childrenOf(node: Writable): Writable[] {
  const { properties, additionalProperties, items, anyOf, oneOf } = node;
  const lists = [Object.values(objectOf(properties)), anyOf ?? [], oneOf ?? []] as Writable[][];
  const single = [additionalProperties, items].filter((child) => typeof child === 'object') as Writable[];
  return [...lists.flat(), ...single];
}

export interface FieldHelp {
  /** What it is for. */
  readonly about: string | null;
  /** What it can be; null: anything of its kind. */
  readonly choices: readonly string[] | null;
}

/** What the schema says of a field. */
export function helpAt(steps: readonly (string | number)[]): FieldHelp {
  let forms = formsOf(published as Writable);
  let about: string | null = null;
  for (const step of steps) {
    forms = forms.flatMap((form) => fieldsAt(form, step)).flatMap(formsOf);
    const described = forms.find(({ description }) => typeof description === 'string');
    about = (described?.description as string | undefined) ?? null;
  }
  const choices = forms
    .flatMap((form) => (form.enum ?? []) as unknown[])
    .filter((one) => typeof one === 'string');
  const isOpen = forms.some(
    (form) => form.type === 'string' && form.enum === undefined && form.const === undefined,
  );
  return { about, choices: choices.length > 1 && !isOpen ? (choices as string[]) : null };
}

function fieldsAt(form: Writable, step: string | number): Writable[] {
  if (typeof step === 'number') return form.items ? [form.items as Writable] : [];
  const field = objectOf(form.properties)[step];
  if (field) return [field as Writable];
  return typeof form.additionalProperties === 'object' ? [form.additionalProperties as Writable] : [];
}
