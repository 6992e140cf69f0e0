/** Reads from Postgres what an import needs: the current rules, and the claim types that no row may have. */
import type pg from 'pg';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { RESERVED_CLAIM_TYPES } from '../../src/resolvers/schema.ts';
import { selectCurrent } from '../current-config.ts';

export async function readRules(client: pg.Client): Promise<BalanceRules> {
  const current = await selectCurrent(client);
  if (current === null)
    throw new Error('This database has no balance config. Publish one first: npm run config:publish -- FILE');
  const compiled = compileBalanceConfig(current.document, current);
  if (compiled.kind === 'invalid')
    throw new Error(`Version ${current.version} of the balance config is not valid. Publish a valid one.`);
  return compiled.rules;
}

/** Those that the code reserves, and the exchanges of all published versions. */
export async function readClosedTypes(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query(
    `SELECT DISTINCT jsonb_object_keys(document->'exchanges') AS name FROM onceward.balance_configs
      WHERE jsonb_typeof(document->'exchanges') = 'object'`,
  );
  return new Set([...RESERVED_CLAIM_TYPES, ...rows.map(({ name }) => name as string)]);
}
