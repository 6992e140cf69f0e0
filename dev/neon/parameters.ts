// Turns the JSON parameters of a request into the text that Postgres reads, by Neon's rules. It knows no types: the
// text is sent untyped and Postgres gives it the type that the query asks for.

import type { Json } from './protocol.ts';

/** Null stays null; everything else becomes text. */
export function toPostgresText(value: Json): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? toArrayText(value) : JSON.stringify(value);
}

/** `{1,"two",NULL}`: strings are quoted as JSON quotes them, objects become quoted JSON, arrays nest. */
function toArrayText(values: Json[]): string {
  return `{${values.map(toElementText).join(',')}}`;
}

function toElementText(value: Json): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return toArrayText(value);
  return typeof value === 'object' ? JSON.stringify(JSON.stringify(value)) : JSON.stringify(value);
}
