/** Sends operations over many sessions of the app role, of which half are forged, and keeps what the kernel answered. */
import pg from 'pg';
import {
  CONTRACT_VERSION,
  type KernelOperation,
  type KernelOutcome,
} from '../../../src/ledger/kernel-contract.ts';
import { AIMED, type Aimed } from './aimed-forgeries.ts';
import { dice } from './dice.ts';
import { anyForgery, type ForgedGame } from './forgery.ts';
import { anyValid, type MadeClaim } from './valid-operations.ts';

const SESSIONS = 16;

export interface Answer {
  readonly sent: KernelOperation;
  readonly what: string;
  readonly refused: Aimed[2];
  readonly outcome: KernelOutcome | null;
  readonly code: string | null;
  readonly message: string | null;
}

async function send(sessions: pg.Pool, sent: unknown): Promise<Pick<Answer, 'outcome' | 'code' | 'message'>> {
  try {
    const { rows } = await sessions.query(`SELECT onceward.commit_operations($1, $2, '{}') AS answer`, [
      CONTRACT_VERSION,
      JSON.stringify([sent]),
    ]);
    return { outcome: rows[0].answer.outcomes[0], code: null, message: null };
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return { outcome: null, code: code ?? 'none', message };
  }
}

interface Run {
  readonly databaseUrl: string;
  readonly count: number;
  readonly seed: number;
}

/** Claims that the run makes are added to `claims`, to be reversed. */
export async function sendForged(
  game: ForgedGame,
  claims: MadeClaim[],
  { databaseUrl, count, seed }: Run,
): Promise<Answer[]> {
  const sessions = new pg.Pool({ connectionString: databaseUrl, max: SESSIONS });
  sessions.on('error', () => {});
  const answers: Answer[] = [];
  const roll = dice(seed);
  let next = 0;
  await Promise.all(
    Array.from({ length: SESSIONS }, async () => {
      while (next++ < count) {
        const base = { ...anyValid(game, roll, claims), ...game.config };
        const forged = next % 2 === 0;
        const aimed = forged && roll(2) ? (AIMED[roll(AIMED.length)] as Aimed) : null;
        const any = forged && !aimed ? anyForgery(base, roll) : null;
        const sent = (aimed?.[1](base, game, roll) ?? any?.forged ?? base) as KernelOperation;
        const answer = await send(sessions, sent);
        const what = aimed?.[0] ?? any?.path ?? 'valid';
        answers.push({ sent, what, refused: aimed?.[2], ...answer });
        if (answer.outcome?.kind === 'granted' && !answer.outcome.replayed)
          claims.push({
            playerId: sent.player,
            handle: answer.outcome.handle,
            number: answer.outcome.number,
          });
      }
    }),
  );
  await sessions.end();
  return answers;
}
