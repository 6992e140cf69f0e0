/** Balances that regenerate, as the kernel computes them and as the domain shows them. */
import type pg from 'pg';
import { expect } from 'vitest';
import type { Limit } from '../../../src/domain/moves.ts';
import type { Anchors, Balances } from '../../../src/domain/outcome.ts';
import { limitAmount, type RegenerationRule, regenerate } from '../../../src/domain/regeneration.ts';
import type { Client } from './ledger.ts';

/** A balance of `charges`, with all rules of the resource from old to new. */
export interface Case {
  readonly rules: readonly RegenerationRule[];
  /** Null: the balance has never moved. */
  readonly held: number | null;
  /** The anchor of the balance; the player's creation where it has never moved. */
  readonly since: string;
  readonly at: string;
  readonly balances: Balances;
}
export interface Computed {
  readonly opening: number;
  readonly gained: number;
  /** From when the next unit counts. */
  readonly anchor: string;
  /** The anchor that the balance keeps; null: the one that it had. */
  readonly kept: string | null;
}

const NUMBERS: Record<string, number> = { charges: 1, stat: 2, never: 3 };

function parametersOf({ rules, held, since, at, balances }: Case) {
  const amounts: Balances = { ...balances, charges: held ?? 0 };
  const names = Object.keys(NUMBERS);
  return {
    rules: rules.map((rule) => ({
      resource: NUMBERS[rule.resource],
      effective_from: rule.effectiveFrom,
      effective_until: rule.effectiveUntil ?? 'infinity',
      config_version: 1,
      every_seconds: rule.everySeconds,
      amount: rule.amount,
      ...columnsOf('opening', rule.opening),
      ...columnsOf('cap', rule.cap),
    })),
    side: {
      since,
      resources: names,
      numbers: Object.values(NUMBERS),
      sequences: names.map((name) => ((name === 'charges' ? held !== null : name in balances) ? 1 : 0)),
      amounts: names.map((name) => amounts[name] ?? 0),
      anchors: names.map((name) => (name === 'charges' && held !== null ? since : null)),
    },
    at,
  };
}

function columnsOf(what: 'opening' | 'cap', limit: Limit | null) {
  const { base, perUnit, resource } =
    limit === null || typeof limit === 'number' ? { base: limit, perUnit: 0, resource: null } : limit;
  return {
    [`${what}_base`]: base,
    [`${what}_per_unit`]: perUnit,
    [`${what}_of`]: resource && NUMBERS[resource],
  };
}

/** What the kernel computes, for many cases in one round trip. */
export async function compute(owner: Client, cases: readonly Case[]): Promise<Computed[]> {
  const { rows } = await (owner as pg.Pool).query(
    `SELECT o.opening::float8, g.gained::float8, to_char(g.anchor AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS anchor,
            to_char(g.kept AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS kept
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS each(c, nth), LATERAL (
              SELECT ARRAY(SELECT r FROM jsonb_populate_recordset(NULL::onceward.regeneration_rules, c->'rules')
                             AS r) AS rules,
                     jsonb_populate_record(NULL::onceward.side, c->'side') AS side,
                     (c->>'at')::timestamptz AS at OFFSET 0) AS given, LATERAL (
              SELECT onceward.opening(given.rules, given.side, 1, given.at) OFFSET 0) AS o(opening),
            LATERAL onceward.regenerated(given.rules, given.side, 1,
                                         ((given.side).amounts)[1] + o.opening, given.at) AS g
      ORDER BY nth`,
    [JSON.stringify(cases.map(parametersOf))],
  );
  return rows;
}

const balancesOf = ({ held, balances }: Case): Balances =>
  held === null ? balances : { ...balances, charges: held };

/** What the domain shows for the same case. */
export function show(one: Case) {
  const { held, since, rules, at } = one;
  const anchors: Anchors = held === null ? {} : { charges: since };
  const recorded = { balances: balancesOf(one), anchors, playerSince: new Date(since) };
  return regenerate('charges', rules, recorded, new Date(at));
}

/** The amount that the kernel computes. */
export const total = ({ held }: Case, { opening, gained }: Computed) => (held ?? 0) + opening + gained;
const currentOf = ({ rules, at }: Case) =>
  rules.find(
    ({ effectiveFrom, effectiveUntil }) =>
      Date.parse(effectiveFrom) <= Date.parse(at) &&
      (effectiveUntil === null || Date.parse(at) < Date.parse(effectiveUntil)),
  );

/** When the first rule takes effect. */
export const START = Date.UTC(2026, 0, 1);
export const iso = (ms: number) => new Date(ms).toISOString();

/** What the two must agree about: the amount, and where it grows on, the cap and when the next unit comes and it is full. */
export function expectAgreement(one: Case, computed: Computed): void {
  const shown = show(one);
  const described = JSON.stringify({ one, computed });
  expect(total(one, computed), described).toBe(shown.amount);
  const current = currentOf(one);
  if (!current?.everySeconds || !current.amount || current.cap === null) {
    expect(shown.regeneration, described).toBeNull();
    return;
  }
  const upTo = limitAmount(current.cap, one.balances);
  const inSeconds = (units: number) =>
    new Date(Date.parse(computed.anchor) + units * (current.everySeconds ?? 0) * 1_000);
  const full = shown.amount >= upTo;
  expect(shown.regeneration, described).toEqual({
    upTo,
    nextUnitAt: full ? null : inSeconds(1),
    fullAt: full ? null : inSeconds(Math.ceil((upTo - shown.amount) / current.amount)),
  });
}
