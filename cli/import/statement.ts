/** How many operations go to the kernel in one request. */

/** Each operation in its turn, in one transaction; `$1`: an array of operations as JSON. */
export const COMMIT_ALL = `
  SELECT outcome->>'kind' AS kind, (outcome->>'replayed')::boolean AS replayed, outcome->'rejection' AS rejection
    FROM (SELECT onceward.commit_operation(op) AS outcome FROM jsonb_array_elements($1::jsonb) AS op OFFSET 0) AS committed`;
