/** `npm run campaign`: makes a campaign from a file of players, runs it and reports it, through the API. */
import { createHash, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHUNK_ROWS, MAX_CHUNKS } from '../src/domain/lists.ts';
import { CAMPAIGN, CampaignApi, type CampaignState } from './campaign/api.ts';
import type { Row } from './campaign/list-rows.ts';
import { type ReadList, readList } from './campaign/read-list.ts';
import { proposeUndo, runUndo } from './campaign/undo.ts';
import { fail, localApiUrl, parseCommandLine } from './command-line.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run campaign -- create FILE --reason TEXT [--name NAME] [--gives lumees=100,gems=5] [--pending TITLE | --title TEXT]
npm run campaign -- run ID | status [ID] | pause ID | resume ID | cancel ID
npm run campaign -- approve PROPOSAL --reason TEXT
npm run campaign -- undo ID --reason TEXT [--debt] | run-undo UNDO

create uploads the players, makes the campaign and shows its dry run; run starts it, or proposes it where its value needs the
approval of somebody else, and shows its progress. Both can be repeated after an interruption: nothing is done twice.
undo selects what the campaign gave, shows a dry run and proposes it; run-undo runs what was approved.

  FILE       CSV with the columns player, item (optional) and one for each resource, or JSON lines:
             {"player": "player-1", "item": "rank-1", "gives": {"lumees": 500}}; at most ${CHUNK_ROWS * MAX_CHUNKS} rows
  --name     of list and campaign: a–z 0–9 _ (default: the name of the file)
  --gives    what every player gets, if the file does not say it
  --pending  lets gifts that do not fit wait in the inbox, under this title
  --title    announces it into the inbox instead, with this title; --text and --expires (ISO 8601) add to it
  --debt     of undo: balances may become negative
  --url      of the API (default: ONCEWARD_URL, or the local stack's)

The environment variable ONCEWARD_TOKEN holds the token of a staff member.`;

const { values, positionals } = parseCommandLine({
  help: HELP,
  options: {
    name: { type: 'string' },
    gives: { type: 'string' },
    pending: { type: 'string' },
    reason: { type: 'string' },
    title: { type: 'string' },
    text: { type: 'string' },
    expires: { type: 'string' },
    debt: { type: 'boolean', default: false },
    url: { type: 'string' },
  },
});

const POLL_MS = 500;

async function run(): Promise<void> {
  const [command, argument, ...more] = positionals;
  const token = process.env.ONCEWARD_TOKEN;
  if (!command || more.length > 0) throw new Error(`Pass a command.\n\n${HELP}`);
  if (!token) throw new Error('Set ONCEWARD_TOKEN to the token of a staff member.');
  const api = new CampaignApi(await localApiUrl(values.url), token);
  if (command === 'create') return create(api, required(argument, 'a file'));
  if (command === 'status' && argument === undefined) return list(api);
  const id = Number(required(argument, 'an ID'));
  switch (command) {
    case 'approve': {
      const reason = required(values.reason, '--reason');
      const selection = 'ProposalReceipt { proposal { id } }';
      const input = { proposalId: id, reason };
      await api.change('approveProposal', { key: [String(id), reason], selection, input });
      return console.log(`Proposal ${id} is approved. Now run what it is for.`);
    }
    case 'status':
      return report(await known(api, id));
    case 'run':
      return start(api, id);
    case 'undo':
      return proposeUndo(api, id, { reason: required(values.reason, '--reason'), debt: values.debt });
    case 'run-undo':
      return runUndo(api, id);
    case 'pause':
    case 'resume':
    case 'cancel':
      report(await act(api, `${command}Campaign`, id));
      return command === 'resume' ? follow(api, id) : undefined;
    default:
      throw new Error(`There is no command "${command}".\n\n${HELP}`);
  }
}

function required(given: string | undefined, what: string): string {
  if (given === undefined) throw new Error(`Pass ${what}.\n\n${HELP}`);
  return given;
}

async function create(api: CampaignApi, file: string): Promise<void> {
  const reason = required(values.reason, '--reason');
  const read = await readList(file);
  checkRows(file, read);
  const name =
    values.name ??
    basename(file)
      .replace(/\.\w+$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_');
  const key = [name, createHash('sha256').update(JSON.stringify(read.rows)).digest('hex')];
  const listId = await upload(api, { name, key, rows: read.rows });
  const onFull = values.pending === undefined ? {} : { onFull: 'PENDING', title: values.pending };
  const gives = givesOf(values.gives);
  const input = { name, listId, gives, announce: announcementOf(values), reason, ...onFull };
  const selection = `CampaignReceipt { campaign { ${CAMPAIGN} } }`;
  const { campaign } = await api.change<{ campaign: CampaignState }>('createCampaign', {
    key: [...key, JSON.stringify(input)],
    selection,
    input,
  });
  await follow(api, campaign.id);
}

function checkRows(file: string, { rows, problems }: ReadList): void {
  if (problems.length > 0) throw new Error(`${file} cannot be used.\n  ${problems.join('\n  ')}`);
  if (rows.length === 0 || rows.length > CHUNK_ROWS * MAX_CHUNKS)
    throw new Error(`${file} has ${rows.length} players; it may have 1 to ${CHUNK_ROWS * MAX_CHUNKS}.`);
}

function announcementOf({ title, text, expires }: typeof values) {
  if (title !== undefined) return { title, text, expiresAt: expires };
  if (text !== undefined || expires !== undefined) throw new Error('--text and --expires need --title.');
  return undefined;
}

/** `lumees=100,gems=5`. */
function givesOf(text: string | undefined) {
  return text?.split(',').map((part) => {
    const [resource = '', amount = ''] = part.split('=');
    return { resource, amount: Number(amount) };
  });
}

async function upload(
  api: CampaignApi,
  {
    name,
    key,
    rows,
  }: { readonly name: string; readonly key: readonly string[]; readonly rows: readonly Row[] },
): Promise<number> {
  const selection = 'ListReceipt { list { id closedAt } }';
  type Made = { readonly list: { readonly id: number; readonly closedAt: string | null } };
  const { list } = await api.change<Made>('createList', { key, selection, input: { name } });
  if (list.closedAt !== null) return list.id;
  const bar = progressBar('uploading', rows.length);
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = from / CHUNK_ROWS + 1;
    const input = { listId: list.id, chunk, rows: rows.slice(from, from + CHUNK_ROWS) };
    await api.change('uploadListChunk', { key: [...key, String(chunk)], selection, input });
    bar.show(Math.min(from + CHUNK_ROWS, rows.length));
  }
  bar.end();
  await api.change('closeList', { key, selection, input: { listId: list.id } });
  return list.id;
}

async function act(api: CampaignApi, mutation: string, campaignId: number): Promise<CampaignState> {
  const selection = `CampaignReceipt { campaign { ${CAMPAIGN} } }`;
  const key = [String(campaignId), randomUUID()];
  type Done = { readonly campaign: CampaignState };
  const { campaign } = await api.change<Done>(mutation, { key, selection, input: { campaignId } });
  return campaign;
}

async function start(api: CampaignApi, id: number): Promise<void> {
  const before = await known(api, id);
  if (before.state === 'RUNNING') return follow(api, id);
  const { state, proposalId } = await act(api, 'runCampaign', id);
  if (state !== 'READY') return follow(api, id);
  console.log(
    `Campaign ${id} needs an approval. Somebody else runs: npm run campaign -- approve ${proposalId} --reason TEXT`,
  );
}

/** Shows the progress until there is none, then the report. */
async function follow(api: CampaignApi, id: number): Promise<void> {
  let campaign = await known(api, id);
  const bar = progressBar(campaign.state === 'CHECKING' ? 'checking' : 'granting', campaign.lastLine);
  for (; campaign.state === 'CHECKING' || campaign.state === 'RUNNING'; campaign = await known(api, id)) {
    bar.show(campaign.line);
    await sleep(POLL_MS);
  }
  bar.end();
  report(campaign);
}

async function known(api: CampaignApi, id: number): Promise<CampaignState> {
  const campaign = await api.campaign(id);
  if (!campaign) throw new Error(`There is no campaign ${id}.`);
  return campaign;
}

async function list(api: CampaignApi): Promise<void> {
  for (const { id, name, state, rows, report: done } of await api.campaigns(20))
    console.log(`${id}  ${name}  ${state.toLowerCase()}  ${done.granted} of ${rows} granted`);
}

function report(campaign: CampaignState): void {
  const { id, name, state, rows, forecast, report: found, stopped } = campaign;
  console.log(`Campaign ${id}, ${name}: ${state.toLowerCase()}${stopped ? `: ${stopped}` : ''}`);
  if (state === 'CHECKING') return;
  if (forecast && state === 'READY') {
    console.log(`  dry run: ${forecast.players} of ${rows} players would get something`);
    printAmounts(forecast);
    return;
  }
  const { granted, already, rejected, pending, remaining, differences } = found;
  console.log(`  granted ${granted}, had it ${already}, rejected ${rejected}, remaining ${remaining}`);
  if (pending > 0) console.log(`  ${pending} of them wait in an inbox: they did not fit`);
  printAmounts(found);
  for (const difference of differences) console.log(`  differs from the dry run: ${difference}`);
}

function printAmounts({ gives, refused }: Pick<CampaignState['report'], 'gives' | 'refused'>): void {
  for (const { resource, requested, given } of gives)
    console.log(
      `  ${resource}: ${given}${given === requested ? '' : ` of ${requested}, the rest does not fit`}`,
    );
  for (const { why, rows } of refused) console.log(`  ${rows} rows: ${why}`);
}

await run().catch(fail);
