/**
 * The request bodies of the simulated clients. Their documents select everything that an answer can contain, so that every
 * number is checked; they are generated from the published schema.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { operationDocument } from '../../tools/documents.ts';
import type { SecondMutation } from '../schedule/intent.ts';

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
const documents = new Map<string, string>();

/** The result of every document has this response name. */
export const OUTCOME = 'outcome';

export function mutationBody(name: string, input: object, second: SecondMutation | null): string {
  const query = documentOf('mutation', name);
  const again = `again: ${name}(input: $input) { __typename }`;
  const insert = (selection: string) => query.replace(`${OUTCOME}:`, () => `${selection} ${OUTCOME}:`);
  const queries = {
    none: () => query,
    alias: () => insert(again),
    fragment: () => `${insert('...Again')} fragment Again on Mutation { ${again} }`,
  };
  return JSON.stringify({ query: queries[second ?? 'none'](), variables: { input } });
}

export function playerBody(id: string): string {
  return queryBody('player', { id });
}

/** The newest entries of a player. */
export function ledgerBody(playerId: string): string {
  return queryBody('ledger', { playerId, first: 20 });
}

/** A shop or a daily screen. */
export function screenBody(name: 'offers' | 'claimables', playerId: string): string {
  return queryBody(name, { playerId });
}

/** A page of the events of all players. `after`: left out, from the oldest on. */
export function eventsBody(after: string | null): string {
  return queryBody('events', { first: 100, ...(after !== null && { after }) });
}

function queryBody(name: string, variables: object): string {
  return JSON.stringify({ query: documentOf('query', name), variables });
}

function documentOf(kind: 'query' | 'mutation', name: string): string {
  const query = documents.get(name) ?? operationDocument(schema, kind, name, { alias: OUTCOME });
  documents.set(name, query);
  return query;
}
