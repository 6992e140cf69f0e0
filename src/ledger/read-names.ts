/** Names for the numbers inside, and back: subqueries that probe one row of `names` or `actors` by an index. */
import { type Column, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ActorKind } from '../domain/actor.ts';
import { ACTOR_KINDS, NAME_KINDS } from './columns.ts';
import { actors, names } from './tables.ts';

type NameKind = (typeof NAME_KINDS)[number];
/** A column, or an expression for a number. */
export type Value = Column | SQLWrapper;

const kindNumber = <Kind extends string>(kinds: readonly Kind[], kind: Kind) =>
  sql.raw(String(kinds.indexOf(kind) + 1));

// A column at the top level of a selected expression loses its table's name if the statement has one table: hence the nesting.
const subquery = <T>(inside: SQL): SQL<T> => sql<T>`${sql`(${inside})`}`;

// Aliases, because the statement around may read the same table.
const name = alias(names, 'known_name');
const actor = alias(actors, 'known_actor');
const fromNames = sql`FROM ${names} AS ${name}`;
const fromActors = sql`FROM ${actors} AS ${actor}`;

export function nameOf(kind: NameKind, number: Value): SQL<string> {
  const isNamed = sql`${name.kind} = ${kindNumber(NAME_KINDS, kind)} AND ${name.no} = ${number}`;
  return subquery(sql`SELECT ${name.name} ${fromNames} WHERE ${isNamed}`);
}

/** Null: there is no such name. */
export function numberOf(kind: NameKind, text: string | SQLWrapper): SQL<number> {
  const isNamed = sql`${name.name} = ${text} AND ${name.kind} = ${kindNumber(NAME_KINDS, kind)}`;
  return subquery(sql`SELECT ${name.no} ${fromNames} WHERE ${isNamed}`);
}

export function idOf(number: Value): SQL<string> {
  return subquery(sql`SELECT ${actor.id} ${fromActors} WHERE ${actor.no} = ${number}`);
}

/** The position in `ACTOR_KINDS`, from 1. */
export function kindOf(number: Value): SQL<number> {
  return subquery(sql`SELECT ${actor.kind} ${fromActors} WHERE ${actor.no} = ${number}`);
}

/** 20 hex digits. */
export function handleOf(number: Value): SQL<string> {
  return subquery(sql`SELECT encode(${actor.handle}, 'hex') ${fromActors} WHERE ${actor.no} = ${number}`);
}

/** Null: there is no such actor. */
export function numberOfActor(kind: ActorKind, id: string): SQL<number> {
  const isActor = sql`${actor.id} = ${id} AND ${actor.kind} = ${kindNumber(ACTOR_KINDS, kind)}`;
  return subquery(sql`SELECT ${actor.no} ${fromActors} WHERE ${isActor}`);
}

/** Milliseconds since 1970, rounded down. */
export function milliseconds(moment: Value): SQL<number> {
  const exact = sql`floor(extract(epoch FROM ${moment}) * 1000)::bigint`;
  return sql`${exact}`.mapWith(Number);
}
