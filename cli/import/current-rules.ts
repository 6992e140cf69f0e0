/** Reads the rules of the current balance config from Postgres. */
import type pg from 'pg';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
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
