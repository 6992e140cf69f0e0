/** Lists and campaigns through the API, with their Workflow, which runs in the workerd of the tests. */
import { asStaff, type Client, resultAs, resultOf } from './client.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import type { Campaign, CampaignState, ListRowInput } from './schema-types.ts';
import { fresh } from './service.ts';

export const economist = async () => asStaff(await addStaffMember(fresh('economist'), { role: 'economist' }));
export const admin = async () => asStaff(await addStaffMember(fresh('admin'), { role: 'admin' }));

/** A name that no other list or campaign has. */
export const named = (what: string) => fresh(what).replaceAll('-', '_');

/** A list that is not closed. */
export async function openList(
  query: object | null = null,
  rows: readonly ListRowInput[] = [],
  by?: Client,
): Promise<number> {
  const client = by ?? (await economist());
  const { list } = resultAs(await client.createList({ name: named('list'), query }), 'ListReceipt');
  if (rows.length > 0)
    resultAs(await client.uploadListChunk({ listId: list.id, chunk: 1, rows }), 'ListReceipt');
  return list.id;
}

export async function newList(by: Client, rows: readonly ListRowInput[]): Promise<number> {
  const listId = await openList(null, rows, by);
  resultAs(await by.closeList({ listId }), 'ListReceipt');
  return listId;
}

export const closedList = async () => newList(await economist(), [{ playerId: fresh('player') }]);

/** A campaign that nothing drives, in a state. */
export async function campaignThatIs(state: string): Promise<number> {
  const { id } = await newCampaign([fresh('player')]);
  await owner`UPDATE onceward.campaigns SET state = ${state}, instance = instance + 1 WHERE no = ${id}`;
  return id;
}

export const GIVES = [{ resource: 'lumees', amount: 25 }];

export async function newCampaign(players: readonly string[], by?: Client): Promise<Campaign> {
  const client = by ?? (await economist());
  const listId = await newList(
    client,
    players.map((playerId) => ({ playerId })),
  );
  const input = { name: named('campaign'), listId, gives: GIVES, reason: 'the servers were down' };
  return resultAs(await client.createCampaign(input), 'CampaignReceipt').campaign;
}

/** The campaign as soon as it is in one of these states. */
export async function campaignIn(by: Client, id: number, ...states: CampaignState[]): Promise<Campaign> {
  for (;;) {
    const found = resultOf(await by.campaign({ id }));
    if (found && states.includes(found.state)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Checked, approved by an admin, and started. `meanwhile` happens after the check. */
export async function startedCampaign(
  players: readonly string[],
  by: Client,
  meanwhile?: () => Promise<unknown>,
): Promise<Campaign> {
  const { id } = await newCampaign(players, by);
  await campaignIn(by, id, 'READY');
  await meanwhile?.();
  const proposed = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
  const approval = { proposalId: proposed.proposalId ?? 0, reason: 'checked the dry run' };
  resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
  return resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
}
