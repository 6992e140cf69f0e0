/** The clients of the proof of erasures, through the API: game servers that go on claiming and giving, and staff who erase. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../../dev/local-stack.ts';
import type { Random } from '../random.ts';
import { LocalApi } from '../stack/local-api.ts';

const RECEIPT = '__typename ... on Receipt { claim { key } }';
const WIN = `mutation($input: ClaimRewardInput!) { done: claimReward(input: $input) { ${RECEIPT} } }`;
const GIVE = `mutation($input: TransferResourceInput!) { done: transferResource(input: $input) { ${RECEIPT} } }`;
const NOTE = 'mutation($input: WriteNoteInput!) { done: writeNote(input: $input) { __typename } }';
const AWARD = `mutation($input: ManualRewardInput!) { done: manualReward(input: $input) { ${RECEIPT} } }`;
const ERASE = 'mutation($input: ErasePlayerInput!) { done: erasePlayer(input: $input) { __typename } }';

export class ErasureClients {
  /** The keys of the claims for which a client has a receipt. */
  readonly receipts: string[] = [];
  readonly #api: LocalApi;

  private constructor(api: LocalApi) {
    this.#api = api;
  }

  static async open(stack: RunningStack): Promise<ErasureClients> {
    return new ErasureClients(await LocalApi.open(stack));
  }

  /** How many answers asked a client to try again. */
  get retried(): number {
    return this.#api.retried;
  }

  async win(playerId: string, key: string): Promise<void> {
    const facts = { rank: 1, participants: 16 };
    const input = {
      playerId,
      type: 'tournament_reward',
      key,
      facts,
      idempotencyKey: `win-of-the-cup-${key}`,
    };
    const { __typename } = await this.#api.send('server', WIN, input);
    if (__typename === 'Receipt') this.receipts.push(key);
  }

  /** May be rejected, also because nobody has the ID any more. */
  async give(playerId: string, toPlayerId: string, key: string): Promise<void> {
    const input = {
      playerId,
      toPlayerId,
      resource: 'lumees',
      amount: 1,
      idempotencyKey: `gift-with-number-${key}`,
    };
    await this.#api.send('server', GIVE, input);
  }

  async note(playerId: string, text: string, key: string): Promise<void> {
    await this.#api.send('staff', NOTE, { playerId, text, idempotencyKey: `note-with-number-${key}` });
  }

  async award(playerId: string, reason: string, key: string): Promise<void> {
    const grants = [{ resource: 'lumees', amount: 1 }];
    await this.#api.send('staff', AWARD, {
      playerId,
      grants,
      reason,
      idempotencyKey: `award-with-number-${key}`,
    });
  }

  /** Whether there was somebody to erase. */
  async erase(playerId: string, key: string): Promise<boolean> {
    const input = { playerId, reason: 'asked for it', idempotencyKey: `erasure-with-number-${key}` };
    return (await this.#api.send('staff', ERASE, input)).__typename === 'ErasureReceipt';
  }

  /** Claims and gifts of and to all players, and of those who are erased in particular, until `end`. */
  load(clients: number, names: readonly string[], chosen: readonly string[], random: Random) {
    let isOver = false;
    const left = new Set<string>();
    let leaving: string | undefined;
    /** Gifts without an outcome, by the players whom they name. */
    const giving = new Set<readonly [string, string]>();
    const give = async (pair: readonly [string, string], key: string) => {
      giving.add(pair);
      await this.give(...pair, key).finally(() => giving.delete(pair));
    };
    const one = async (client: number) => {
      const dice = random.fork(`client ${client}`);
      for (let turn = 0; !isOver; turn += 1) {
        const key = `${client}-${turn}-of-the-load`;
        const [a, b] = [dice.pick(dice.chance(0.5) ? chosen : names), dice.pick(names)];
        if (leaving !== undefined && dice.chance(0.5)) await this.win(leaving, key);
        else if (dice.chance(0.6)) await this.win(a, key);
        else if (a !== b && !left.has(a) && !left.has(b)) await give(dice.chance(0.5) ? [a, b] : [b, a], key);
      }
    };
    const running = Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
    return {
      /**
       * Half of all claims are of this player until the next one leaves, so that some of them wait for the erasure. No gift names the
       * player from now on: it would be rejected, and the rejection would hold the ID that its sender used.
       */
      leave: async (id: string) => {
        left.add(id);
        while ([...giving].some((pair) => pair.includes(id))) await sleep(5);
        leaving = id;
      },
      end: async () => {
        isOver = true;
        await running;
      },
    };
  }
}
