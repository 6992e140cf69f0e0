/** What the drivers of a simulated campaign or ranking work with, and what goes on around them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../cli/connect.ts';
import type { StepServices } from '../../src/campaigns/send-rows.ts';
import type { Intent } from '../../src/domain/decide.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import type { DecidedAction } from '../../src/domain/staff-action.ts';
import type { Database } from '../../src/ledger/database.ts';
import type { Random } from '../random.ts';
import { act } from '../undo/actions.ts';
import type { Copy } from '../undo/world.ts';

/** `rules`: the current ones. */
export function servicesWith(database: Database, rules: () => BalanceRules): StepServices {
  const current = async () => ({ kind: 'rules', rules: rules() });
  return { database, config: { current, adoptCurrent: current, held: () => [] } as never };
}

/** A config that is published meanwhile makes an action stale. It is decided again. */
export async function actUnderCurrent(
  database: Database,
  intent: () => Intent,
  decide: (intent: Intent) => DecidedAction,
): Promise<Record<string, unknown>> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act(database, intent(), decide);
    } catch (error) {
      if (tries > 9 || !/stale_config/.test((error as Error).message)) throw error;
      await sleep(30);
    }
  }
}

/** Transactions of others lock players for a while, so that rows of a step are busy. */
export async function holdPlayers(
  { ownerDatabaseUrl }: Copy,
  random: Random,
  players: readonly string[],
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await withClient(ownerDatabaseUrl, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM onceward.actors WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED', [
        Array.from({ length: 12 }, () => random.pick(players)),
      ]);
      await sleep(random.int(5, 40));
      await client.query('ROLLBACK');
    });
    await sleep(10);
  }
}
