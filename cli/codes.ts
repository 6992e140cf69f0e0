/**
 * `npm run codes -- create`: makes codes through the API and writes them into a CSV file, which is the only place where they then are.
 * Each request has a seed and a key of its own and is sent again with both, so a lost answer loses no codes.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, localApiUrl, parseCommandLine } from './command-line.ts';
import { progressBar } from './progress.ts';

/** As createCodes bounds it. */
const CODES_PER_REQUEST = 1_000;
const TRIES = 6;
const PAUSE_MS = 1_000;

const DOCUMENT = `mutation CreateCodes($input: CreateCodesInput!) {
  createCodes(input: $input) {
    ... on CodeBatchReceipt { batch { id codes } }
    ... on Rejection { message }
  }
}`;

export interface CodesRequest {
  readonly url: string;
  readonly token: string;
  /** Of createCodes, without key, seed and count. */
  readonly terms: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly file: string;
}

/** Creates the codes in as many requests as it takes. The file must not exist; without any codes it is removed again. */
export async function createCodes(
  { url, token, terms, count, file }: CodesRequest,
  onProgress: (done: number) => void,
): Promise<void> {
  await writeFile(file, 'code,batch,label\n', { flag: 'wx', mode: 0o600 }).catch((error) => {
    throw new Error(`${file} cannot be created: ${(error as NodeJS.ErrnoException).code}. Nothing was made.`);
  });
  for (let done = 0; done < count; ) {
    const size = Math.min(CODES_PER_REQUEST, count - done);
    const seed = randomBytes(32).toString('base64url');
    const input = { ...terms, count: size, seed, idempotencyKey: `codes-${randomUUID()}` };
    const { id, codes } = await send(url, token, input).catch(async (error) => {
      if (done === 0) await rm(file);
      throw error;
    });
    const cells = codes.map((code) => [code, id, String(terms.label)].map(csvCell).join(','));
    await appendFile(file, `${cells.join('\n')}\n`);
    done += size;
    onProgress(done);
  }
}

interface Batch {
  readonly id: string;
  readonly codes: readonly string[];
}

interface Reply {
  readonly data?: { readonly createCodes: { readonly batch?: Batch; readonly message?: string } } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly retryable?: boolean };
  }[];
}

/** The same request until there is an answer. */
async function send(url: string, token: string, input: object): Promise<Batch> {
  for (let attempt = 1; ; attempt += 1) {
    const { data, errors } = await ask(url, token, input);
    const [error] = errors ?? [];
    if (data?.createCodes.batch) return data.createCodes.batch;
    if (!error) throw new Error(data?.createCodes.message ?? 'The service gave no answer.');
    if (error.extensions?.retryable !== true || attempt === TRIES) throw new Error(error.message);
    await sleep(PAUSE_MS * attempt);
  }
}

async function ask(url: string, token: string, input: object): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: DOCUMENT, variables: { input } }),
    });
    return (await response.json()) as Reply;
  } catch {
    return { errors: [{ message: `${url} does not answer.`, extensions: { retryable: true } }] };
  }
}

/** A spreadsheet would compute what begins like a formula. */
function csvCell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const HELP = `ONCEWARD_TOKEN=… npm run codes -- create --label NAME --count N --gives RESOURCE=AMOUNT --reason TEXT --out FILE

  --label NAME         what the codes are for, such as spring-stream
  --count N            how many
  --gives R=N          what each code gives; can be repeated
  --type TYPE          instead: the reward of a claim type, computed now
  --facts JSON         the facts of the claim type
  --text TEXT          a shared code with this text, instead of random ones
  --uses N             how often each code can be redeemed (default: once)
  --per-player N       how often one player can redeem the same code (default: once)
  --opens TIME         from this moment on, such as 2026-12-01T18:00:00Z
  --closes TIME        before this moment
  --reason TEXT        why; kept in the audit
  --out FILE           the CSV file, which must not exist. Codes are shown once: nothing else keeps them
  --url URL            of the API (default: that of the running local stack)

ONCEWARD_TOKEN: the token of an admin; for the local stack $(npm run --silent token -- staff admin-1)`;

const OPTIONS = {
  label: { type: 'string' },
  count: { type: 'string', default: '1' },
  gives: { type: 'string', multiple: true },
  type: { type: 'string' },
  facts: { type: 'string' },
  text: { type: 'string' },
  uses: { type: 'string' },
  'per-player': { type: 'string' },
  opens: { type: 'string' },
  closes: { type: 'string' },
  reason: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const { label, reason, out, type, text } = values;
  const token = process.env.ONCEWARD_TOKEN;
  if (positionals[0] !== 'create' || !label || !reason || !out)
    throw new Error(`Pass create, --label, --reason and --out.\n\n${HELP}`);
  if (!token) throw new Error('Set ONCEWARD_TOKEN to the token of an admin.');
  const gives = (values.gives ?? []).map(parseAmount);
  const terms = {
    label,
    reason,
    ...(gives.length > 0 && { gives }),
    ...(type && { type }),
    ...(text && { text }),
    ...(values.facts && { facts: JSON.parse(values.facts) }),
    ...(values.uses && { uses: parseCount('--uses', values.uses) }),
    ...(values['per-player'] && { perPlayer: parseCount('--per-player', values['per-player']) }),
    ...(values.opens && { opensAt: values.opens }),
    ...(values.closes && { closesAt: values.closes }),
  };
  const count = parseCount('--count', values.count);
  const bar = progressBar('Codes', count);
  const url = await localApiUrl(values.url);
  await createCodes({ url, token, terms, count, file: out }, (done) => bar.show(done));
  bar.end();
  console.log(`${count} codes are in ${out}. Keep it: they cannot be shown again.`);
}

function parseAmount(text: string): { readonly resource: string; readonly amount: number } {
  const [, resource, amount] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (!resource || !amount) throw new Error(`--gives must be RESOURCE=AMOUNT, not "${text}".`);
  return { resource, amount: parseCount('--gives', amount) };
}

function parseCount(flag: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${flag} must be a positive integer, not "${text}".`);
  return value;
}

if (import.meta.main) await main().catch(fail);
