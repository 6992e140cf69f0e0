/** Endpoints for tests of the kernel: the actions of staff on them, and a sender that answers as a test says. */
import { randomUUID } from 'node:crypto';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import { type Ledger, underCurrentConfig } from './ledger.ts';
import { ownOperation } from './operations.ts';

export interface Action {
  readonly kind: string;
  readonly [argument: string]: unknown;
}

export interface Next {
  readonly no: string;
  readonly attempt: number;
  readonly players: readonly number[];
  readonly data: { readonly player: string; readonly number: number } | null;
}

export interface Step {
  readonly kind: 'events' | 'idle' | 'busy' | 'lost';
  readonly events: readonly Next[];
  readonly transaction: string;
  readonly event: string;
  readonly generation: number;
  readonly overlaps: boolean;
}

/** Why an event is not accepted; null: it is. Undefined: it is not sent, as behind one that failed. */
export type Answer = (next: Next) => string | null | undefined;

/** What a sender reports of a step. Behind what it did not send or what failed, it sends nothing of the same players. */
function sentOf({ events, transaction, event }: Step, answer: Answer) {
  const stopped = new Set<number>();
  const accepted: { player: string; number: number }[] = [];
  const tried = events.flatMap((next) => {
    const { no, players, data } = next;
    const isNext = data !== null && !players.some((player) => stopped.has(player));
    const failure = isNext ? answer(next) : undefined;
    if (failure !== null) for (const player of players) stopped.add(player);
    else if (data) accepted.push({ player: data.player, number: data.number });
    return failure === undefined ? [] : [{ event: no, failure, retryAfter: null }];
  });
  return { sent: { transaction, event, longestMs: 1, tried }, accepted };
}

export function openEndpoints(ledger: Ledger, staff: () => string) {
  async function act(action: Action, over: object = {}) {
    const [sent] = await underCurrentConfig(ledger.app, [
      ownOperation(staff(), { permission: 'event:manage', reason: 'a reason', input: action, ...over }),
    ]);
    const { rows } = await ledger.app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
      CONTRACT_VERSION,
      JSON.stringify(sent),
      JSON.stringify(action),
    ]);
    const { answer, record } = rows[0].answer;
    return { ...answer.outcomes[0], record };
  }

  async function create(url = 'https://example.com/events'): Promise<number> {
    const { record } = await act({ kind: 'endpoint.create', url, description: 'test' });
    return record.id;
  }

  async function step(
    endpoint: number,
    holder: string,
    sent: object | null = null,
    atMost = 200,
  ): Promise<Step> {
    const { rows } = await ledger.app.query('SELECT onceward.step_endpoint($1, $2, $3, $4) AS step', [
      endpoint,
      holder,
      sent && JSON.stringify(sent),
      atMost,
    ]);
    return rows[0].step;
  }

  /** Sends until there is nothing to send now; returns what was accepted, in its order. */
  async function send(endpoint: number, answer: Answer = () => null, atMost = 200) {
    const holder = randomUUID();
    const received: { player: string; number: number }[] = [];
    for (let last: object | null = null; ; ) {
      const next = await step(endpoint, holder, last, atMost);
      if (next.kind !== 'events') return received;
      const { sent, accepted } = sentOf(next, answer);
      received.push(...accepted);
      last = sent;
    }
  }

  const stateOf = async (endpoint: number) =>
    (await ledger.app.query('SELECT onceward.endpoint_json($1) AS endpoint', [endpoint])).rows[0].endpoint;

  /** Everything that is due later is due now. */
  const letTimePass = async () => {
    await ledger.owner.query('UPDATE onceward.waiting_events SET next_try_at = now()');
    await ledger.owner.query('UPDATE onceward.endpoints SET rests_until = now()');
  };

  return { act, create, step, sentOf, send, stateOf, letTimePass };
}
