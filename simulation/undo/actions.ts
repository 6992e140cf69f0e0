/** What staff and servers do in the simulations of undo and campaigns: decided as the Worker decides it, and sent to the kernel. */
import type { Actor } from '../../src/domain/actor.ts';
import type { Intent } from '../../src/domain/decide.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import type { DecidedAction } from '../../src/domain/staff-action.ts';
import { commitAction } from '../../src/ledger/commit-action.ts';
import type { Database } from '../../src/ledger/database.ts';
import { uuidV7 } from '../../src/log/correlation.ts';

let made = 0;

export function intentOf(id: string, rules: BalanceRules, kind: Actor['kind'] = 'staff'): Intent {
  made += 1;
  return {
    actor: { kind, id },
    playerId: id,
    idempotencyKey: `simulation-of-live-ops-${made}`,
    expectedVersion: null,
    correlationId: uuidV7(Date.now()),
    clientCorrelationId: null,
    now: new Date(),
    rules,
    player: null,
    zones: null,
  };
}

/** Throws unless the action is granted. Returns what it was about. */
export async function act(
  database: Database,
  intent: Intent,
  decide: (intent: Intent) => DecidedAction,
): Promise<Record<string, unknown>> {
  const { decision, effect } = decide(intent);
  if (decision.fault) throw new Error(`an action has a fault: ${decision.fault.message}`);
  const outcome = await commitAction(database, decision.operation, effect, []);
  if (outcome.kind !== 'granted') throw new Error(`an action was ${JSON.stringify(outcome)}`);
  return outcome.record as Record<string, unknown>;
}
