import { expect, test } from 'vitest';
import { join, parameterised, sql } from '../../src/ledger/sql.ts';

test('values become parameters, numbered in order across nested fragments', () => {
  const condition = sql`player_id = ${'p1'} AND version < ${7}`;
  const page = sql`WHERE ${join([condition, sql`resource = ${'gold'}`], ' AND ')} LIMIT ${20}`;
  expect(parameterised(sql`SELECT ${true}::boolean FROM entries ${page}`)).toEqual({
    text: 'SELECT $1::boolean FROM entries WHERE player_id = $2 AND version < $3 AND resource = $4 LIMIT $5',
    values: [true, 'p1', 7, 'gold', 20],
  });
});

test('a value never becomes text of the statement', () => {
  const hostile = "'; DROP TABLE players; --";
  const { text, values } = parameterised(sql`SELECT ${hostile}, ${join([sql`${hostile}`, sql``], ', ')}`);
  expect(text).toBe('SELECT $1, $2, ');
  expect(values).toEqual([hostile, hostile]);
});

test('a fragment can be used twice, and an empty fragment adds nothing', () => {
  const own = sql`AND id = ${'a'}`;
  expect(parameterised(sql`x ${own} ${sql``}y ${own}`)).toEqual({
    text: 'x AND id = $1 y AND id = $2',
    values: ['a', 'a'],
  });
});
