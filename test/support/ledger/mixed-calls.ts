/** Operations of all kinds on many players, one after another in one session. */
import type pg from 'pg';
import { CONTRACT_VERSION, type KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { commit, granted } from './ledger.ts';
import { award, fresh, give, operation, take } from './operations.ts';
import { announcement, limitUse, recovery, reversal, transfer } from './systems.ts';

/** A limit that no run reaches. */
const MANY = 2_000;

export type Config = Pick<KernelOperation, 'config_version' | 'config_sha256'>;

/** Operations that concern a second player, a pending reward or a limit. */
function ofSystems(from: string, to: string, call: number): KernelOperation {
  const reward = { playerId: from, type: 'chest', key: `chest-${call}` };
  const kinds = [
    () => transfer(from, to, 1),
    () => announcement({ ...reward, key: `chest-${call + 30}` }),
    () => recovery(reward),
    () =>
      operation({
        player: from,
        postings: [take('charges', 1)],
        limits: [limitUse({ bound: MANY, since: '2026-01-01T00:00:00Z' })],
        source_keys: [{ game: true, resource: 'gold', key: fresh('boss') }],
      }),
  ];
  return (kinds[Math.floor(call / 10) % kinds.length] ?? kinds[0])?.() as KernelOperation;
}

interface Mixed {
  readonly config: Config;
  /** A member who may reverse claims. */
  readonly staff: string;
  readonly players: readonly string[];
  readonly calls: number;
}

/** Claims of all players, with retries, reversals, previews and operations of all systems between them. */
export async function sendMixed(session: pg.Client, { config, staff, players, calls }: Mixed): Promise<void> {
  const send = (sent: KernelOperation) => commit(session, { ...sent, ...config });
  let earlier = operation({ player: players[0] as string });
  for (let call = 0; call < calls; call++) {
    const one = players[call % players.length] as string;
    const sent = operation({
      player: one,
      postings: [give('gold', 1), give('experience', 20), give('pity', 1)],
      milestones: true,
    });
    if (call % 10 === 3) await send(earlier);
    else if (call % 10 === 5) await send({ ...earlier, idempotency_key: fresh('key') });
    else if (call % 10 === 7) await send({ ...award(staff, 1), player: earlier.player });
    else if (call % 10 === 1)
      await send(ofSystems(one, players[(call + 7) % players.length] as string, call));
    else {
      const outcome = await send(sent);
      if (call % 100 === 0 && outcome.kind === 'granted') {
        const options = { milestones: true, counters: ['pity'], resources: ['pity'] };
        await granted(send(reversal(staff, outcome.claim, options)));
      }
      await session.query(`SELECT onceward.preview_operation($1, $2, '{}')`, [
        CONTRACT_VERSION,
        JSON.stringify({ ...sent, ...config }),
      ]);
      earlier = sent;
    }
  }
}
