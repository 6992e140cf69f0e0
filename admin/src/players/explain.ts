// "Why this number": the formulas of the config under which a claim was decided, with the facts of the claim filled in. It shows
// what is stored and computes nothing: the amounts are those of the ledger.
import type { TracedAttempt } from '@onceward/client';

export interface Line {
  readonly resource: string;
  readonly kind: 'gives' | 'costs';
  readonly formula: string;
  /** The formula with facts instead of their names; null: it has none. */
  readonly filled: string | null;
  /** The most of one claim; null: unbounded. */
  readonly cap: string | null;
  readonly filledCap: string | null;
}

export type Facts = Readonly<Record<string, unknown>>;

export interface Explanation {
  /** Empty: the amounts are those of the request, not of the config. */
  readonly lines: readonly Line[];
  /** What the request or its ticket stated. */
  readonly facts: Facts;
  /** What formulas and conditions read of the player. */
  readonly read: Facts;
}

type Attempt = Pick<TracedAttempt, 'claim' | 'input'>;

/** The config whose amounts an attempt has. */
export function versionOf({ claim }: Attempt): number {
  return claim.amountsVersion ?? claim.configVersion;
}

/** `document`: the balance config of `versionOf`. */
export function explain(attempt: Attempt, document: unknown): Explanation {
  const input = objectOf(attempt.input);
  const facts = { ...objectOf(input.facts), ...objectOf(objectOf(input.ticket).facts) };
  const read = objectOf(attempt.claim.factsRead);
  const known = { ...facts, ...read };
  const { claimTypes, exchanges } = objectOf(document);
  const { type } = attempt.claim;
  const rewards = Object.entries(objectOf(objectOf(objectOf(claimTypes)[type]).rewards));
  const exchange = objectOf(objectOf(exchanges)[type]);
  const lines = [
    ...rewards.flatMap(([resource, rule]) => lineOf('gives', resource, rule, known)),
    ...Object.entries(objectOf(exchange.costs)).flatMap(([resource, rule]) =>
      lineOf('costs', resource, rule, known),
    ),
    ...Object.entries(objectOf(exchange.gives)).flatMap(([resource, rule]) =>
      lineOf('gives', resource, rule, known),
    ),
  ];
  return { lines, facts, read };
}

function lineOf(kind: Line['kind'], resource: string, rule: unknown, known: Facts): Line[] {
  const whole = typeof rule === 'object' ? objectOf(rule) : { amount: rule };
  const formula = formulaOf(whole.amount);
  if (formula === null) return [];
  const cap = formulaOf(whole.cap);
  const differing = (text: string | null) => {
    const filled = text === null ? null : fill(text, known);
    return filled === text ? null : filled;
  };
  return [{ resource, kind, formula, filled: differing(formula), cap, filledCap: differing(cap) }];
}

const formulaOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

// Texts in quotes, calls with one text, and names.
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([a-z_]+\((?:"[^"]*"|'[^']*')\))|([A-Za-z_][A-Za-z0-9_]*)/g;

/** Texts stay as they are, also where they are equal to the name of a fact. */
export function fill(formula: string, known: Facts): string {
  return formula.replace(TOKEN, (token, call: string | undefined, name: string | undefined) => {
    const key = call?.replaceAll("'", '"') ?? name;
    if (key === undefined) return token;
    const value = known[key] ?? known[key.replaceAll('"', "'")];
    return value === undefined ? token : JSON.stringify(value);
  });
}

export function objectOf(value: unknown): Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {};
}
