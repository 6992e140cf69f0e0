// Turns Postgres's text into JSON for callers that did not ask for raw text, by Neon's rules: numbers that JavaScript
// holds exactly, booleans, JSON and arrays of any of them. The driver always asks for raw text and converts by itself.

/** Gives a piece of JSON text. */
type Encode = (text: string) => string;

const finite: Encode = (text) =>
  Number.isFinite(Number(text)) ? String(Number(text)) : JSON.stringify(text);
const scalars: Record<number, Encode> = {
  16: (text) => String(text === 't'),
  21: (text) => String(Number(text)),
  23: (text) => String(Number(text)),
  // NaN and the infinities stay text, as JSON has no word for them.
  700: finite,
  701: finite,
  // Already JSON.
  114: (text) => text,
  3802: (text) => text,
};

/** Array type to element type. Arrays of types outside this list come back as Postgres's text, unlike on Neon. */
const elementTypes: Record<number, number> = {
  199: 114,
  1000: 16,
  1005: 21,
  1007: 23,
  1009: 25,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

export function encoderFor(dataTypeID: number): Encode {
  const elementType = elementTypes[dataTypeID];
  if (elementType === undefined) return scalars[dataTypeID] ?? JSON.stringify;
  const element = scalars[elementType] ?? JSON.stringify;
  return (text) => encodeArray(text, element);
}

/** Every token of Postgres's array text: a brace, a comma, a quoted element, a bare element. */
const tokens = /[{},]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs;

function encodeArray(text: string, element: Encode): string {
  // Bounds such as `[0:1]={…}` have no place in JSON; Neon leaves them out too.
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  let json = '';
  for (const [token, quoted] of text.slice(start).matchAll(tokens)) {
    if (token === '{') json += '[';
    else if (token === '}') json += ']';
    else if (token === ',') json += ',';
    else if (quoted !== undefined) json += element(quoted.replace(/\\(.)/gs, '$1'));
    else json += token === 'NULL' ? 'null' : element(token);
  }
  return json;
}
