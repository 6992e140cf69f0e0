/** Planted: a retried call for all pending rewards collects what is pending now. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'collect-lists-again',
  bug: 'a retried call for all pending rewards collects what is pending now',
  patches: [
    {
      in: 'kernel',
      find: `IF NOT FOUND AND subject.forbidden IS NULL THEN
    bulk.items :=`,
      replace: `IF subject.forbidden IS NULL THEN
    bulk.items :=`,
    },
    {
      in: 'kernel',
      find: 'WHEN (known).items::jsonb IS DISTINCT FROM (bulk).items::jsonb THEN json_build_object',
      replace: 'WHEN false THEN json_build_object',
    },
  ],
};

export default mutant;
