/**
 * The request bodies of the simulated clients. Their documents select everything that an answer can contain, so that every
 * number is checked; they are generated from the published schema.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { operationDocument } from '../../tools/documents.ts';

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
const documents = new Map<string, string>();

/** The result of every document has this response name. */
export const OUTCOME = 'outcome';

export function mutationBody(name: string, input: object): string {
  return bodyOf('mutation', name, { input });
}

export function playerBody(id: string): string {
  return bodyOf('query', 'player', { id });
}

/** The newest entries of a player. */
export function ledgerBody(playerId: string): string {
  return bodyOf('query', 'ledger', { playerId, first: 20 });
}

function bodyOf(kind: 'query' | 'mutation', name: string, variables: object): string {
  const query = documents.get(name) ?? operationDocument(schema, kind, name, { alias: OUTCOME });
  documents.set(name, query);
  return JSON.stringify({ query, variables });
}
