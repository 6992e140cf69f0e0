/** Undoing a campaign: the dry run, the proposal, and the run that was approved. */
import { setTimeout as sleep } from 'node:timers/promises';
import { progressBar } from '../progress.ts';
import { type CampaignApi, UNDO, type UndoState } from './api.ts';

const POLL_MS = 500;
const SELECTION = `UndoReceipt { undo { ${UNDO} } }`;

interface Done {
  readonly undo: UndoState;
}

/** Repeated for the same campaign and reason it finds the same undo. */
export async function proposeUndo(
  api: CampaignApi,
  campaignId: number,
  { reason, debt }: { readonly reason: string; readonly debt: boolean },
): Promise<void> {
  const ifInsufficient = debt ? 'DEBT' : 'REFUSE';
  const input = { filter: { campaign: campaignId }, ifInsufficient, reason };
  const key = [String(campaignId), ifInsufficient, reason];
  const made = await api.change<Done>('createUndo', { key, selection: SELECTION, input });
  const ready = await follow(api, made.undo.id);
  report(ready);
  if (ready.state !== 'ready') return;
  const { proposalId } = await run(api, ready.id);
  console.log(
    `Somebody else runs: npm run campaign -- approve ${proposalId} --reason TEXT\nThen: npm run campaign -- run-undo ${ready.id}`,
  );
}

export async function runUndo(api: CampaignApi, id: number): Promise<void> {
  const { state, proposalId } = await run(api, id);
  if (state === 'ready') throw new Error(`Undo ${id} waits for the approval of proposal ${proposalId}.`);
  report(await follow(api, id));
}

async function run(api: CampaignApi, undoId: number): Promise<UndoState> {
  const key = [String(undoId), crypto.randomUUID()];
  return (await api.change<Done>('runUndo', { key, selection: SELECTION, input: { undoId } })).undo;
}

async function follow(api: CampaignApi, id: number): Promise<UndoState> {
  let undo = await known(api, id);
  const bar = progressBar(undo.state === 'running' ? 'reversing' : 'checking', undo.claims);
  for (; ['selecting', 'checking', 'running'].includes(undo.state); undo = await known(api, id)) {
    bar.show(undo.result?.reversed ?? undo.checked);
    await sleep(POLL_MS);
  }
  bar.end();
  return undo;
}

async function known(api: CampaignApi, id: number): Promise<UndoState> {
  const undo = await api.undo(id);
  if (!undo) throw new Error(`There is no undo ${id}.`);
  return undo;
}

function report({ id, state, claims, forecast, result, stopped }: UndoState): void {
  console.log(`Undo ${id}: ${state}${stopped ? `: ${stopped}` : ''}, ${claims} claims`);
  const counts = result ?? forecast;
  if (!counts) return;
  const { reversed, refused, debts, differ } = counts;
  console.log(
    `  ${result ? 'reversed' : 'dry run: would reverse'} ${reversed}, ${debts} players in debt, ${differ} differ`,
  );
  for (const { why, claims: count } of refused) console.log(`  ${count} claims: ${why}`);
}
