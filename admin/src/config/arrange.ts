// A balance document as text for people: fields in the order of the schema, names in the order of the alphabet, and what fits on one
// line on one line. The database keeps no order of its own.

/** The part of a JSON schema that says which fields there are. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const COLUMNS = 100;
const INDENT = '  ';

export function arrange(document: unknown, schema: Schema): string {
  return `${print(document, schema, '', 0)}\n`;
}

/** `used`: what precedes the value on its line. */
function print(value: unknown, schema: Schema, indent: string, used: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const forms = formsOf(schema);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts: { readonly label: string; readonly value: unknown; readonly schema: Schema }[] = Array.isArray(
    value,
  )
    ? value.map((item) => ({ label: '', value: item, schema: itemOf(forms) }))
    : keysOf(value, forms).map((key) => ({
        label: `${JSON.stringify(key)}: `,
        value: (value as Readonly<Record<string, unknown>>)[key],
        schema: fieldOf(forms, key),
      }));
  if (parts.length === 0) return `${open}${close}`;
  const flat = parts.map((part) => `${part.label}${print(part.value, part.schema, '', COLUMNS)}`).join(', ');
  const pad = Array.isArray(value) ? '' : ' ';
  const line = `${open}${pad}${flat}${pad}${close}`;
  // Everything of the document itself begins on a line of its own.
  if (used === COLUMNS || (indent !== '' && used + line.length <= COLUMNS)) return line;
  const inner = `${indent}${INDENT}`;
  const lines = parts.map(
    (part) =>
      `${inner}${part.label}${print(part.value, part.schema, inner, inner.length + part.label.length + 1)}`,
  );
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** A value with several forms has the fields of all of them. */
function formsOf(schema: Schema): readonly Schema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}

function itemOf(forms: readonly Schema[]): Schema {
  return forms.find(({ items }) => items !== undefined)?.items ?? {};
}

function fieldOf(forms: readonly Schema[], key: string): Schema {
  for (const { properties, additionalProperties } of forms) {
    if (properties && Object.hasOwn(properties, key)) return properties[key] ?? {};
    if (typeof additionalProperties === 'object') return additionalProperties;
  }
  return {};
}

function keysOf(value: object, forms: readonly Schema[]): string[] {
  const order = forms.flatMap(({ properties }) => Object.keys(properties ?? {}));
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.keys(value).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
