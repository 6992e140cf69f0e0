/** The executable schema, the list of operations, and the claim types that they reserve. */
import { IMPORT } from '../domain/import.ts';
import { HELD_REWARD } from '../domain/operation.ts';
import { builder } from '../schema/builder.ts';
import '../schema/scalars.ts';
import * as definitions from './all.ts';
import type { Action } from './define-action.ts';
import type { Mutation } from './define-mutation.ts';
import type { Query } from './define-query.ts';
import type { Mark } from './mark-read.ts';

export const OPERATIONS: readonly (Mutation | Action | Mark | Query)[] = Object.values(definitions);

const WRITES = OPERATIONS.filter((operation) => operation.root !== 'query');

/** Names under which the ledger records operations of its own: publishing refuses a config that uses one. */
export const RESERVED_CLAIM_TYPES: readonly string[] = [
  ...WRITES.flatMap(({ claimType }) => claimType ?? []),
  IMPORT,
  HELD_REWARD,
];

/** Unsorted: sorting would build the schema a second time, an eighth of an isolate's start. */
export const schema = builder.toSchema({ sortSchema: false });
