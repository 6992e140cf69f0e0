/** Planted: a claim is acknowledged before its commit is on disk. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'early-acknowledgement',
  bug: 'a claim is acknowledged before its commit is on disk',
  patches: [],
  sql: `DO $$ BEGIN EXECUTE format('ALTER ROLE onceward_app IN DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
};

export default mutant;
