/** `npm run erase`: erases a player through the API and waits until nothing names them any more, or shows the receipts of one. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, CommandEnded, localApiUrl, parseArguments, runAsProcess } from './command-line.ts';
import { StaffApi } from './staff-api.ts';

const HELP = `npm run erase -- PLAYER --reason TEXT
npm run erase -- PLAYER --receipts

Erases a player for good: docs/erasure.md says what goes and what stays. Export them first, if they want to have it. Nothing finds the
player from the first moment on; the command ends when nothing names them. It can be repeated after an interruption. Where the
settings ask for a second member, it prints the proposal; run it again when that is approved.

  --reason    without the name of the player; kept in the audit
  --receipts  shows the erasures of players who had this ID
  --url URL   of the API (default: ONCEWARD_URL, or the local stack's)

The environment variable ONCEWARD_TOKEN holds the token of a staff member with the permission player:erase, or staff:read.`;

const OPTIONS = {
  reason: { type: 'string' },
  receipts: { type: 'boolean', default: false },
  url: { type: 'string' },
} as const;
const POLL_MS = 500;

const FIELDS = 'id state erasedId madeBy madeAt endedAt counts';
interface Erasure {
  readonly id: number;
  readonly state: string;
  readonly erasedId: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

export const eraseCommand: Command = async (args, output) => {
  const { values, positionals } = parseArguments({ help: HELP, options: OPTIONS, args });
  const [playerId, ...more] = positionals;
  if (playerId === undefined || more.length > 0 || (values.reason === undefined) === !values.receipts)
    throw new CommandEnded(2, `Pass a player, and either --reason or --receipts.\n\n${HELP}`);
  const token = process.env.ONCEWARD_TOKEN;
  if (!token) throw new Error('Set ONCEWARD_TOKEN to the token of a staff member.');
  const api = new StaffApi(await localApiUrl(values.url), token);
  if (values.reason === undefined) {
    const found = await receiptsOf(api, playerId);
    for (const each of found) output.log(described(each));
    if (found.length === 0) output.log('Nobody who had this ID was erased.');
    return found.length > 0 ? 0 : 1;
  }
  const { erasure, proposalId } = await request(api, playerId, values.reason);
  if (erasure === null) {
    output.log(`Proposal ${proposalId} waits for another member with player:erase. Then run this again.`);
    return 0;
  }
  output.log(described(await ended(api, playerId, erasure.id)));
  return 0;
};

/** The key is random: a repeated request finds no player, and then the receipt answers. */
async function request(api: StaffApi, playerId: string, reason: string) {
  const idempotencyKey = createHash('sha256')
    .update(`${playerId}\n${Date.now()}\n${process.pid}`)
    .digest('hex');
  const selection = `... on ErasureReceipt { request { proposalId erasure { ${FIELDS} } } }`;
  const result = await api.mutate('erasePlayer', selection, { playerId, reason, idempotencyKey });
  if (result.message === undefined)
    return (result as unknown as { request: { erasure: Erasure | null; proposalId: number | null } }).request;
  const [earlier] = await receiptsOf(api, playerId);
  if (earlier === undefined) throw new Error(result.message);
  return { erasure: earlier, proposalId: null };
}

async function ended(api: StaffApi, playerId: string, id: number): Promise<Erasure> {
  for (;;) {
    const found = (await receiptsOf(api, playerId)).find((each) => each.id === id);
    if (found === undefined || found.state === 'DONE') return found as Erasure;
    await sleep(POLL_MS);
  }
}

async function receiptsOf(api: StaffApi, formerId: string): Promise<Erasure[]> {
  const query = `query($formerId: PlayerId) { erasures(formerId: $formerId, first: 100) { edges { node { ${FIELDS} } } } }`;
  const data = await api.send(query, { formerId });
  return (data.erasures as { edges: { node: Erasure }[] }).edges.map(({ node }) => node);
}

function described({ id, state, erasedId, madeBy, madeAt, endedAt, counts }: Erasure): string {
  const rows = Object.entries(counts).map(([table, count]) => `${count} ${table}`);
  return `Erasure ${id} by ${madeBy} at ${madeAt}: ${state}${endedAt ? ` at ${endedAt}` : ''}. The player is now ${erasedId}. Rows: ${rows.join(', ') || 'none'}.`;
}

if (import.meta.main) await runAsProcess(eraseCommand);
