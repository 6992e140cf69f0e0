// Which claim types staff can announce, and the facts that each takes, as the current config has them.
import { objectOf } from '../players/explain.ts';

export interface FactField {
  readonly name: string;
  readonly kind: 'int' | 'bool' | 'id' | 'string';
  readonly description: string | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Of a `string`. */
  readonly values: readonly string[];
}

export interface Announceable {
  readonly type: string;
  readonly title: string | null;
  readonly text: string | null;
  readonly description: string | null;
  readonly facts: readonly FactField[];
  /** The resources that it gives; none: it is a message alone. */
  readonly gives: readonly string[];
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);

/** Not those of the calendar, which are not announced, nor those with draws, which staff do not make. */
export function announceable(document: unknown): Announceable[] {
  return Object.entries(objectOf(objectOf(document).claimTypes)).flatMap(([type, value]) => {
    const rule = objectOf(value);
    const draws = Array.isArray(rule.draws) ? rule.draws : [];
    if (rule.proof === 'calendar' || draws.length > 0) return [];
    const facts = Object.entries(objectOf(rule.facts)).map(([name, fact]): FactField => {
      const { kind, description, min, max, values } = objectOf(fact);
      return {
        name,
        kind: kind as FactField['kind'],
        description: textOf(description),
        min: numberOf(min),
        max: numberOf(max),
        values: Array.isArray(values) ? values.map(String) : [],
      };
    });
    const { title, text, description } = rule;
    const words = { title: textOf(title), text: textOf(text), description: textOf(description) };
    return [{ type, ...words, facts, gives: Object.keys(objectOf(rule.rewards)) }];
  });
}

export interface NamedMessage {
  readonly name: string;
  readonly title: string;
  readonly text: string | null;
}

/** The messages of the config, which are translated. */
export function messagesOf(document: unknown): NamedMessage[] {
  return Object.entries(objectOf(objectOf(document).messages)).map(([name, value]) => {
    const { title, text } = objectOf(value);
    return { name, title: textOf(title) ?? name, text: textOf(text) };
  });
}

/** What the form holds of a fact, as the API takes it. */
export function factOf({ kind }: FactField, text: string): string | number | boolean {
  if (kind === 'int') return Number(text);
  return kind === 'bool' ? text === 'true' : text;
}
