/** Judges documents (src/config/judge.ts) over the owner's connection. */
import type pg from 'pg';
import type { AskFormer } from '../src/config/former.ts';
import { COUNTED_AT_MOST, type CountHeld } from '../src/config/held.ts';
import {
  type ConflictReason,
  checkDocument as check,
  type Invalid,
  type Judgement,
  type JudgeRequest,
  judge,
  type ValidDocument,
} from '../src/config/judge.ts';
import type { Problem } from '../src/config/problem.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import { selectState } from './current-config.ts';

/** What is scheduled is not what the publisher expects. */
export interface Conflict {
  readonly kind: 'conflict';
  readonly problems: readonly Problem[];
}

const COUNT_TIMEOUT = '5s';
const QUERY_CANCELED = '57014';

/** The digest of a valid document and what publishing it writes, or its problems. */
export function checkDocument(document: unknown): Promise<ValidDocument | Invalid> {
  return check(document, RESERVED_CLAIM_TYPES);
}

export async function judgeNow(
  client: pg.Client,
  request: JudgeRequest,
  sha256: string,
): Promise<Exclude<Judgement, { kind: 'conflict' }> | Conflict> {
  const askFormer: AskFormer = async (questions) => {
    const asked = [JSON.stringify(questions)];
    const { rows } = await client.query('SELECT onceward.former_configs($1) AS answers', asked);
    return rows[0].answers;
  };
  const judged = await judge(request, sha256, { state: await selectState(client), askFormer });
  if (judged.kind !== 'conflict') return judged;
  return { kind: 'conflict', problems: [{ path: '', message: conflictText(judged.why, request) }] };
}

function conflictText(why: ConflictReason, { at }: JudgeRequest): string {
  switch (why.kind) {
    case 'past':
      return `${why.at} is not in the future: the database's clock is ${why.now}. Leave --at out to publish now.`;
    case 'not_scheduled':
      return `Version ${why.version} is not scheduled. It may have taken effect: see --list, and publish without --keep and --cancel.`;
    case 'scheduled': {
      const { version, from, named } = why;
      const ways = at ? `--cancel ${version}` : `--keep ${version} or --cancel ${version}`;
      return `Version ${version} is scheduled for ${from}${named === null ? '' : `, not version ${named}`}. Pass ${ways}.`;
    }
  }
}

/** Each count in a transaction of its own, which ends it where it takes too long. */
export function counting(client: pg.Client): CountHeld {
  return async (what, name) => {
    await client.query('BEGIN READ ONLY');
    try {
      await client.query(`SET LOCAL statement_timeout = '${COUNT_TIMEOUT}'`);
      const asked = [what, name, COUNTED_AT_MOST];
      const { rows } = await client.query('SELECT onceward.held_count($1, $2, $3) AS found', asked);
      return rows[0].found;
    } catch (error) {
      if ((error as pg.DatabaseError).code === QUERY_CANCELED) return null;
      throw error;
    } finally {
      await client.query('ROLLBACK');
    }
  };
}
