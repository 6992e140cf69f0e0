/**
 * What people wrote, while a claim is in the archive. Its file has placeholders for the IDs of the claim's actors, for its key, and for
 * every other text that is no name of the config: such a text may name anybody, so the index keeps it, where an erasure finds it.
 */

/** The IDs of those whom a claim names, and its key. */
export interface ClaimNames {
  readonly player: string;
  readonly actor: string;
  readonly counterparty: string | null;
  readonly key: string;
}

const PREFIX = 'onceward:';
/** Before a name that itself begins like a placeholder. */
const ESCAPE = `${PREFIX}=`;
const PLACE = /^onceward:(\d+)$/;

/** A value with placeholders, and the texts that these number. */
export function withoutTexts(value: unknown, names: ClaimNames, isName: (text: string) => boolean) {
  const roles = new Map<string, string>();
  for (const [role, text] of Object.entries(names).toReversed()) if (text !== null) roles.set(text, role);
  const texts: string[] = [];
  const placeOf = (text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
  const stored = mapTexts(value, (text) => {
    const role = roles.get(text);
    if (role || !isName(text)) return PREFIX + (role ?? placeOf(text));
    return text.startsWith(PREFIX) ? ESCAPE + text : text;
  });
  return { stored, texts };
}

/** The value that had these placeholders, with what these stand for now. Throws where a text is missing. */
export function withTexts(stored: unknown, names: ClaimNames, texts: readonly string[]): unknown {
  const roles = new Map(Object.entries(names).map(([role, text]) => [PREFIX + role, text]));
  return mapTexts(stored, (text) => {
    if (text.startsWith(ESCAPE)) return text.slice(ESCAPE.length);
    const [, place] = PLACE.exec(text) ?? [];
    const found = place === undefined ? (roles.get(text) ?? text) : texts[Number(place)];
    if (found === undefined) throw new Error('a text of an archived claim is missing');
    return found;
  });
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, map)]));
}
