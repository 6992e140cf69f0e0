/** Sends the mutations and queries of campaigns to the API. */
import { createHash } from 'node:crypto';
import { StaffApi } from '../staff-api.ts';

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

export class CampaignApi extends StaffApi {
  /** Null: there is none with this ID. */
  async campaign(id: number): Promise<CampaignState | null> {
    const data = await this.send(`query($id: PositiveInt!) { campaign(id: $id) { ${CAMPAIGN} } }`, { id });
    return data.campaign as CampaignState | null;
  }

  /** Null: there is none with this ID. */
  async undo(id: number): Promise<UndoState | null> {
    const data = await this.send(`query($id: PositiveInt!) { undo(id: $id) { ${UNDO} } }`, { id });
    return data.undo as UndoState | null;
  }

  async campaigns(first: number): Promise<CampaignState[]> {
    const data = await this.send(
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
    const idempotencyKey = createHash('sha256')
      .update(JSON.stringify([mutation, ...key]))
      .digest('hex');
    const result = await this.mutate(mutation, `... on ${selection}`, { idempotencyKey, ...input });
    if (result.message !== undefined) throw new Error(result.message);
    return result as T;
  }
}
