/** Composes SQL statements: a value in the template becomes a parameter, a nested piece stays text. It does not run them. */
type Value = string | number | boolean;

export class Sql {
  /** One more than `parts`, which go between them. */
  readonly texts: readonly string[];
  readonly parts: readonly (Value | Sql)[];
  constructor(texts: readonly string[], parts: readonly (Value | Sql)[]) {
    this.texts = texts;
    this.parts = parts;
  }
}

export function sql(texts: TemplateStringsArray, ...parts: (Value | Sql)[]): Sql {
  return new Sql(texts, parts);
}

export function join(pieces: readonly Sql[], separator: string): Sql {
  return new Sql(['', ...pieces.slice(1).map(() => separator), ''], pieces);
}

/** As the driver takes it: `$1`, `$2`, … in the text. */
export function parameterised(statement: Sql): { text: string; values: Value[] } {
  const values: Value[] = [];
  const textOf = (part: Value | Sql): string =>
    part instanceof Sql
      ? part.texts
          .map((text, index) => (index === 0 ? '' : textOf(part.parts[index - 1] as Value | Sql)) + text)
          .join('')
      : `$${values.push(part)}`;
  return { text: textOf(statement), values };
}
