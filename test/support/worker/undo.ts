/** Undos through the API. The service goes on with them after its answers, as in production. */
import { admin } from './campaigns.ts';
import { asServer, asStaff, type Client, receiptOf, resultAs, resultOf } from './client.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import type { IfInsufficient, Undo, UndoFilter } from './schema-types.ts';
import { fresh } from './service.ts';

export const supporter = async () => asStaff(await addStaffMember(fresh('support'), { role: 'support' }));

export interface UndoTerms {
  readonly filter: UndoFilter;
  readonly ifInsufficient?: IfInsufficient;
}

export async function newUndo({ filter, ifInsufficient = 'DEBT' }: UndoTerms, by?: Client): Promise<Undo> {
  const client = by ?? (await supporter());
  const input = { filter, ifInsufficient, reason: 'a wrong formula' };
  return resultAs(await client.createUndo(input), 'UndoReceipt').undo;
}

/** The undo as soon as it is in one of these states. */
export async function undoIn(by: Client, id: number, ...states: readonly string[]): Promise<Undo> {
  for (;;) {
    const found = resultOf(await by.undo({ id }));
    if (found && states.includes(found.state)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Proposed by `by`, and approved by an admin. */
export async function approvedUndo(terms: UndoTerms, by: Client): Promise<Undo> {
  const { id } = await newUndo(terms, by);
  await undoIn(by, id, 'ready');
  const { proposalId } = resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt').undo;
  const approval = { proposalId: proposalId ?? 0, reason: 'checked the dry run' };
  resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
  return undoIn(by, id, 'ready');
}

/** An undo of one claim, in a state that its own history would bring it into. */
async function undoThatIs(state: 'ready' | 'running' | 'paused'): Promise<number> {
  const by = await supporter();
  const playerId = fresh('player');
  receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId }));
  const { id } = await newUndo({ filter: { players: [playerId] } }, by);
  await undoIn(by, id, 'ready');
  if (state !== 'ready')
    await owner`
      UPDATE onceward.undos SET state = ${state}, started_at = now(), stepped_at = now(), run_by = made_by
       WHERE no = ${id}`;
  return id;
}

/** What the scenes of undos need. */
export const ON_UNDOS = {
  runUndo: { input: async () => ({ undoId: await undoThatIs('ready') }) },
  pauseUndo: { input: async () => ({ undoId: await undoThatIs('running') }) },
  resumeUndo: { input: async () => ({ undoId: await undoThatIs('paused') }) },
  cancelUndo: { input: async () => ({ undoId: await undoThatIs('paused') }) },
  createUndo: { input: () => ({ filter: { players: [fresh('nobody')] } }) },
  undo: { input: async () => ({ id: (await newUndo({ filter: { players: [fresh('nobody')] } })).id }) },
};
