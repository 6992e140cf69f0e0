/** The undo of a small history, and what does not agree with single reversals afterwards. */
import type { Tally } from '../invariants/tally.ts';
import type { DatabaseUrls, Environment } from '../stack/environment.ts';
import { type Proof, proveUndo } from './prove.ts';
import type { Mode } from './world.ts';

export interface LiveOps {
  readonly seed: string;
  /** The name of a database that does not exist yet. */
  readonly database: string;
  /** Changes the functions of the new database. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
}

const SIZES = { players: 24, rounds: { before: 3, wrong: 6, after: 4 } };
const CASES = [
  { mode: 'clean', ifInsufficient: 'refuse' },
  { mode: 'wild', ifInsufficient: 'refuse' },
  { mode: 'wild', ifInsufficient: 'debt' },
] as const;

export async function newDatabase(environment: Environment, name: string): Promise<DatabaseUrls> {
  await environment.endIdleSessions();
  return environment.createDatabase(name);
}

/** Returns how many claims were undone. */
export async function proveUndoIn(
  environment: Environment,
  { seed, database, tally, kernel = async () => {} }: LiveOps & { readonly tally: Tally },
): Promise<number> {
  let claims = 0;
  for (const [index, one] of CASES.entries()) {
    const urls = await newDatabase(environment, `${database}_${index}`);
    await kernel(urls.ownerDatabaseUrl);
    const place = { ...urls, neonEndpoint: environment.endpoint.url };
    const proof = await proveUndo(place, { ...SIZES, ...one, seed: `${seed}-${index}` });
    claims += proof.claims;
    const wrong = faultsOf(proof, one.mode);
    tally.check('I15', wrong.length === 0, () => ({
      what: `an undo of ${proof.claims} claims (${one.mode}, ${one.ifInsufficient}): ${wrong[0]}`,
      player: '',
      evidence: wrong.slice(1),
    }));
  }
  return claims;
}

/** In a clean history nobody differs and nobody is reported. */
export function faultsOf(proof: Proof, mode: Mode): string[] {
  const { differFromSingle, differFromWithout, notReported, reported, faults, forecast, result } = proof;
  const none = (players: readonly string[], what: string) =>
    players.length === 0 ? [] : [`${players.length} players ${what}`];
  return [
    ...none(differFromSingle, 'differ from single reversals'),
    ...none(notReported, 'differ from a world without the claims and are not reported'),
    ...(mode === 'clean' ? none(differFromWithout, 'differ from a world without the claims') : []),
    ...(mode === 'clean' ? none(reported, 'are reported') : []),
    ...faults,
    ...(JSON.stringify(forecast) === JSON.stringify(result)
      ? []
      : [`the dry run said ${JSON.stringify(forecast)}, the result is ${JSON.stringify(result)}`]),
  ];
}
