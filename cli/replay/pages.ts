/** Reads the claims of a window for a replay, page by page: as the owner of the database, or through the API as a staff member. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type ReplayRows, type StoredClaim, storedClaims } from '../../src/domain/replay-rows.ts';

/** ISO 8601, UTC. `until` null: as new as possible. */
export interface ReplayWindow {
  readonly from: string;
  readonly until: string | null;
}

interface ReplayedPage {
  readonly claims: readonly StoredClaim[];
  readonly until: string;
  /** How much of all players is behind: from 0 to 1. */
  readonly progress: number;
  readonly isLast: boolean;
}

export interface ReplayPages {
  readonly from: string;
  readonly read: () => AsyncGenerator<ReplayedPage>;
}

const PAGE = 1_000;

/** What was claimed in the last seconds may not be committed yet. */
const SETTLED = `least($1::timestamptz, clock_timestamp() - interval '10 seconds')`;

interface DatabasePage extends ReplayRows {
  readonly next: readonly [player: number, number: number] | null;
  readonly looked_at: number;
}

export function pagesOfDatabase(url: string, { from, until }: ReplayWindow): ReplayPages {
  async function* read(): AsyncGenerator<ReplayedPage> {
    const client = new pg.Client(url);
    client.on('error', () => {});
    await client.connect();
    try {
      const { rows } = await client.query(`SELECT ${SETTLED} AS until`, [until]);
      const ends: string = rows[0].until.toISOString();
      for (let next: DatabasePage['next'] = [0, 0]; next !== null; ) {
        const found = await client.query(
          'SELECT onceward.replay_claims($1::timestamptz, $2::timestamptz, $3, $4, $5) AS page',
          [from, ends, ...next, PAGE],
        );
        const page = found.rows[0].page as DatabasePage;
        next = page.next;
        yield { claims: storedClaims(page), until: ends, progress: page.looked_at, isLast: next === null };
      }
    } finally {
      await client.end();
    }
  }
  return { from, read };
}

interface ApiPage extends ReplayRows {
  readonly until: string;
  readonly progress: number;
  readonly next: string | null;
}

const QUERY = `query($from: DateTime, $until: DateTime, $after: Text) {
  page: replayClaims(from: $from, until: $until, after: $after) { claims names until progress next } }`;

export function pagesOfApi(api: Api, { from, until }: ReplayWindow): ReplayPages {
  async function* read(): AsyncGenerator<ReplayedPage> {
    for (let variables: object | null = { from, until }; variables !== null; ) {
      const page = await pageOfApi(api, variables);
      const { next } = page;
      variables = next === null ? null : { after: next };
      yield {
        claims: storedClaims(page),
        ...{ until: page.until, progress: page.progress, isLast: next === null },
      };
    }
  }
  return { from, read };
}

interface Api {
  readonly url: string;
  readonly token: string;
}

const ATTEMPTS = 8;

/** Tries again what may succeed later. */
async function pageOfApi(api: Api, variables: object): Promise<ApiPage> {
  for (let attempt = 1; ; attempt += 1) {
    const { data, errors } = await post(api, variables);
    if (data) return data.page;
    const [fault] = errors ?? [];
    if (!fault?.extensions?.retryable || attempt === ATTEMPTS)
      throw new Error(fault?.message ?? 'The API did not answer.');
    await sleep(Math.min(250 * 2 ** attempt, 8_000));
  }
}

interface Answer {
  readonly data?: { readonly page: ApiPage } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly retryable?: boolean };
  }[];
}

async function post({ url, token }: Api, variables: object): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: QUERY, variables }),
    });
    return (await response.json()) as Answer;
  } catch {
    return { errors: [{ message: `${url} does not answer.`, extensions: { retryable: true } }] };
  }
}
