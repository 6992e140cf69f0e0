/** Sends the mutations and queries of campaigns to the API, with retries: a key makes sure that each takes effect once. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 8;

interface Fault {
  readonly message: string;
  readonly extensions: { readonly retryable?: boolean };
}

export interface Amount {
  readonly resource: string;
  readonly requested: number;
  readonly given: number;
}

export interface Refused {
  readonly why: string;
  readonly rows: number;
}

export interface CampaignState {
  readonly id: number;
  readonly name: string;
  readonly state: 'CHECKING' | 'READY' | 'RUNNING' | 'PAUSED' | 'DONE' | 'CANCELLED';
  readonly rows: number;
  readonly line: number;
  readonly lastLine: number;
  readonly proposalId: number | null;
  readonly value: number | null;
  readonly stopped: string | null;
  readonly forecast: {
    readonly players: number;
    readonly gives: readonly Amount[];
    readonly refused: readonly Refused[];
  } | null;
  readonly report: {
    readonly granted: number;
    readonly already: number;
    readonly rejected: number;
    readonly pending: number;
    readonly remaining: number;
    readonly gives: readonly Amount[];
    readonly refused: readonly Refused[];
    readonly differences: readonly string[];
  };
}

export const CAMPAIGN = `id name state rows line lastLine proposalId value stopped
  forecast { players gives { resource requested given } refused { why rows } }
  report { granted already rejected pending remaining gives { resource requested given } refused { why rows } differences }`;

interface UndoCounts {
  readonly reversed: number;
  readonly refused: readonly { readonly why: string; readonly claims: number }[];
  readonly debts: number;
  readonly differ: number;
}

export interface UndoState {
  readonly id: number;
  readonly state: string;
  readonly claims: number;
  readonly checked: number;
  readonly proposalId: number | null;
  readonly forecast: UndoCounts | null;
  readonly result: UndoCounts | null;
  readonly stopped: string | null;
}

const COUNTS = 'reversed refused { why claims } debts differ';
export const UNDO = `id state claims checked proposalId stopped forecast { ${COUNTS} } result { ${COUNTS} }`;

export class CampaignApi {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Null: there is none with this ID. */
  async campaign(id: number): Promise<CampaignState | null> {
    const data = await this.#send(`query($id: PositiveInt!) { campaign(id: $id) { ${CAMPAIGN} } }`, { id });
    return data.campaign as CampaignState | null;
  }

  /** Null: there is none with this ID. */
  async undo(id: number): Promise<UndoState | null> {
    const data = await this.#send(`query($id: PositiveInt!) { undo(id: $id) { ${UNDO} } }`, { id });
    return data.undo as UndoState | null;
  }

  async campaigns(first: number): Promise<CampaignState[]> {
    const data = await this.#send(
      `query($first: Int!) { campaigns(first: $first) { edges { node { ${CAMPAIGN} } } } }`,
      { first },
    );
    return (data.campaigns as { edges: { node: CampaignState }[] }).edges.map(({ node }) => node);
  }

  /** Throws with the message of a rejection. `parts`: what the key is derived from. */
  async change<T>(
    mutation: string,
    { key, selection, input }: { readonly key: readonly string[]; selection: string; input: object },
  ): Promise<T> {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename
      ... on Rejection { message } ... on ${selection} } }`;
    const idempotencyKey = createHash('sha256')
      .update(JSON.stringify([mutation, ...key]))
      .digest('hex');
    const data = await this.#send(document, { input: { idempotencyKey, ...input } }).catch((error: Error) => {
      throw new Error(`${mutation}: ${error.message}`);
    });
    const result = data[mutation] as { readonly message?: string };
    if (result.message !== undefined) throw new Error(result.message);
    return result as T;
  }

  async #send(query: string, variables: object): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt += 1) {
      const { data, faults } = await this.#attempt(query, variables);
      if (data && faults.length === 0) return data;
      const [fault] = faults;
      if (!fault?.extensions.retryable || attempt === ATTEMPTS)
        throw new Error(fault?.message ?? 'The API did not answer.');
      await sleep(Math.min(250 * 2 ** attempt, 8_000));
    }
  }

  async #attempt(query: string, variables: object) {
    const lost: Fault = { message: `${this.#url} does not answer.`, extensions: { retryable: true } };
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data = null, errors = [] } = (await response.json()) as {
        data?: Record<string, unknown> | null;
        errors?: Fault[];
      };
      return { data, faults: errors };
    } catch {
      return { data: null, faults: [lost] };
    }
  }
}
