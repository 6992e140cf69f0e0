/** Commits an action of staff: an operation of its own, and what it does to a proposal, a list or a campaign. */
import type { AnnouncedPlan, Operation } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type Database, queryDatabase } from './database.ts';
import { decodeOutcomes } from './decode-outcome.ts';
import { encodeOwnOperation, encodePlan } from './encode-operation.ts';
import { CONTRACT_VERSION, type KernelAction, type KernelActionAnswer } from './kernel-contract.ts';

/** `record`: what the action was about, where the outcome is granted. */
export type ActionOutcome = Outcome & { readonly record?: unknown };

/** `plan` of an action: what each of the codes that it creates gives. */
export async function commitAction(
  { sql: neon }: Database,
  operation: Operation,
  action: KernelAction,
  held: readonly string[],
): Promise<ActionOutcome> {
  const encoded = encodeOwnOperation(operation);
  const { plan } = action;
  const sent = plan ? { ...action, plan: encodePlan(plan as AnnouncedPlan) } : action;
  const statement = 'SELECT onceward.commit_action($1::integer, $2::jsonb, $3::jsonb, $4::text[]) AS answer';
  const parameters = [CONTRACT_VERSION, JSON.stringify(encoded), JSON.stringify(sent), held];
  const rows = await queryDatabase(() => neon.query(statement, parameters));
  const { answer, record } = (rows as { answer: KernelActionAnswer }[])[0]?.answer as KernelActionAnswer;
  const [outcome] = decodeOutcomes(answer, [encoded]);
  return { ...(outcome as Outcome), record };
}
