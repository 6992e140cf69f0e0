/** Codes for tests: written by the owner, so that a test can have one in any state. */
import { LOCAL_CODE_SECRET } from '../../../dev/sign.ts';
import { codeDigest, randomCodes } from '../../../src/domain/codes.ts';
import type { Code } from '../../../src/domain/values.ts';
import { asPlayer, type ResultOf, resultOf } from './client.ts';
import { owner } from './ledger-state.ts';
import { fresh, freshKey } from './service.ts';

export interface CodeTerms {
  /** By resource. */
  readonly gives?: Readonly<Record<string, number>>;
  readonly uses?: number;
  readonly perPlayer?: number;
  readonly opensAt?: Date;
  readonly closesAt?: Date;
}

/** A well-formed code that nobody created. */
export function unknownCode(): Code {
  return randomCodes(LOCAL_CODE_SECRET, fresh('seed'), 1)[0] as Code;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Creates the code. By default it is a single-use code for 100 lumees. */
export async function createCode(terms: CodeTerms = {}, code: Code = unknownCode()): Promise<Code> {
  const { gives = { lumees: 100 }, uses = 1, perPlayer = 1, opensAt = null, closesAt = null } = terms;
  const plan = {
    resources: Object.keys(gives),
    postings: Object.entries(gives).map(([resource, delta]) => ({
      resource,
      delta,
      floor: -MOST,
      ceiling: MOST,
      ceiling_per_unit: 0,
      ceiling_of: null,
      clamp: false,
    })),
    choices: [],
    source_keys: [],
  };
  await owner`
    WITH maker AS (SELECT onceward.register_actor('staff', 'maker-of-codes') AS no),
    batch AS (
      INSERT INTO onceward.code_batches (created_at, opens_at, closes_at, actor, uses, number, config_version, codes,
          per_player, id, label, plan)
      SELECT now(), ${opensAt?.toISOString() ?? opensAt}, ${closesAt?.toISOString() ?? closesAt}, maker.no, ${uses},
             (SELECT coalesce(max(number), 0) + 1 FROM onceward.code_batches WHERE actor = maker.no),
             (SELECT max(version) FROM onceward.balance_configs), 1, ${perPlayer}, ${fresh('batch')}, 'tests',
             ${JSON.stringify(plan)}
        FROM maker RETURNING no)
    INSERT INTO onceward.codes (digest, batch, ordinal)
    SELECT decode(${codeDigest(LOCAL_CODE_SECRET, code)}, 'hex'), no, 1 FROM batch`;
  return code;
}

/** How often the code was redeemed, as its counter has it. */
export async function usesOf(code: Code): Promise<number> {
  const [row] = await owner`
    SELECT coalesce(l.used, 0)::int AS used
      FROM onceward.codes k LEFT JOIN onceward.limit_counters l
        ON l.subject = onceward.code_subject(k.batch, k.ordinal) AND l.kind = 4
     WHERE k.digest = decode(${codeDigest(LOCAL_CODE_SECRET, code)}, 'hex')`;
  return row?.used as number;
}

/** Redeems as a client does: with the same key until there is an outcome. A lock that was waited for too long is none. */
export async function redeemed(
  playerId: string,
  code: Code,
  key = freshKey(),
): Promise<ResultOf<'redeemCode'>> {
  for (;;) {
    const answer = await asPlayer(playerId).redeemCode({ code }, { key });
    if (!answer.errors?.every(({ extensions }) => extensions.code === 'UNAVAILABLE')) return resultOf(answer);
  }
}

/** Moves the window of the code, which no client can. */
export async function openCode(code: Code): Promise<void> {
  const digest = codeDigest(LOCAL_CODE_SECRET, code);
  await owner.transaction([
    owner.query('SET LOCAL session_replication_role = replica'),
    owner.query(
      `UPDATE onceward.code_batches SET opens_at = NULL, closes_at = NULL
        WHERE no = (SELECT batch FROM onceward.codes WHERE digest = decode($1, 'hex'))`,
      [digest],
    ),
  ]);
}
