/**
 * Runs apps with an outbox against the real stack, kills them again and again while requests and replies are lost, delayed and sent
 * twice, and compares what each app was given with what the ledger has.
 */
import { mkdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.ts';
import { drawClientFault } from '../schedule/faults.ts';
import { Deployment } from '../stack/deployment.ts';
import type { Environment } from '../stack/environment.ts';
import { type AppSettings, type Handled, outcomesFile, readOutcomes } from './app.ts';

export interface ProofSizes {
  /** Of each app. */
  readonly intents: number;
  /** How often each app is killed. */
  readonly kills: number;
  /** Each with a player of its own. */
  readonly apps: number;
}

/** An app that is started again after each kill. */
export interface KillableApp {
  /**
   * Starts what is not running, calls `life`, and kills the app when that resolves. False: the app ended by itself, and aborted the
   * signal of `life`.
   */
  live(life: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  close(): Promise<void>;
}

export interface ProofOptions {
  readonly sizes: ProofSizes;
  readonly seed: string;
  readonly open: (app: AppSettings) => KillableApp;
}

export interface ProofResult {
  readonly faults: Readonly<Record<string, number>>;
  /** How many intents ended between the kills. The others ended after the last one. */
  readonly endedBetween: number;
  /** Outcomes that an app got again, because it was killed before the outbox had removed the intent. */
  readonly repeated: number;
  readonly violations: string[];
}

const EXCHANGE = 'tick';
/** One unit for each intent: what a player has is how many of them had an effect. */
const CONFIG = {
  timeZone: 'UTC',
  resources: { ticks: { description: 'One for each intent that had an effect.' } },
  claimTypes: {},
  manualRewards: { limitPerReward: 1, budgetPerDay: 1 },
  exchanges: {
    [EXCHANGE]: { description: 'Counts.', costs: {}, gives: { ticks: 1 }, perDay: 1_000_000 },
  },
};

/**
 * How long an app lives at most: longer as long as it is behind its kills, so that the kills reach all steps of an intent, however fast
 * the machine is.
 */
const FIRST_LIFE_MS = 60;
const LONGEST_LIFE_MS = 5_000;
const LONGER = 1.3;
/** One that is ahead of its kills is killed at once, in whatever it does then. */
const SHORT_LIFE_MS = 15;
const LOOK_EVERY_MS = 5;
/** This share of the intents is left for the last kills. */
const RESERVE = 0.2;
/** After the last kill an app has to end by itself. */
const LAST_LIFE_MS = 120_000;

export async function runApps(
  environment: Environment,
  { sizes, seed, open }: ProofOptions,
  onKill: () => void,
): Promise<ProofResult> {
  const faults: Record<string, number> = {};
  const deployment = await Deployment.open({
    environment,
    urls: environment.urls,
    bundle: await environment.build(),
    onLog: () => {},
    onLane: () => {},
    onFault: (kind) => {
      faults[kind] = (faults[kind] ?? 0) + 1;
    },
  });
  try {
    const published = await deployment.publish(CONFIG);
    if (published.kind !== 'published' && published.kind !== 'unchanged')
      throw new Error(`The config was not published: ${JSON.stringify(published)}`);
    const network = new Random(`${seed}/network`);
    deployment.proxy.unplanned = () => drawClientFault(network);
    const apps = Array.from({ length: sizes.apps }, (_, index) =>
      settingsOf(deployment, `${seed}-${index}`, sizes),
    );
    await Promise.all(apps.map(({ folder }) => mkdir(folder, { recursive: true })));
    const runs: Promise<number>[] = apps.map((app) => killRepeatedly(app, open(app), { ...sizes, onKill }));
    // Each app is closed before the failure of one ends the proof.
    await Promise.allSettled(runs);
    const ended = await Promise.all(runs);
    const checks = await Promise.all(apps.map((app) => check(deployment, app, sizes)));
    return {
      faults,
      endedBetween: ended.reduce((sum, count) => sum + count, 0),
      repeated: checks.reduce((sum, { repeated }) => sum + repeated, 0),
      violations: checks.flatMap(({ violations }) => violations),
    };
  } finally {
    await deployment.close();
  }
}

function settingsOf(
  { environment, proxy }: Deployment,
  player: string,
  { intents }: ProofSizes,
): AppSettings {
  const authorization = environment.credentials.authorization({ kind: 'player', id: player }) ?? '';
  return {
    url: `http://127.0.0.1:${proxy.port}/graphql`,
    token: authorization.replace('Bearer ', ''),
    player,
    folder: environment.newFolder(),
    exchange: EXCHANGE,
    intents,
  };
}

interface Kills extends ProofSizes {
  readonly onKill: () => void;
}

/** Kills an app until its intents have ended. Returns how many of them had ended at the last kill. */
async function killRepeatedly(
  { player, folder }: AppSettings,
  app: KillableApp,
  { kills, intents, onKill }: Kills,
): Promise<number> {
  const random = new Random(player);
  const progress = new Progress(folder);
  let longest = FIRST_LIFE_MS;
  try {
    for (let killed = 0; killed < kills; killed += 1) {
      const isAhead = () => progress.ended > (1 - RESERVE) * intents * (killed / kills);
      const life = random.int(0, Math.round(longest));
      const isKilled = await app.live(async (signal) => {
        for (const end = performance.now() + life; performance.now() < end; await sleep(LOOK_EVERY_MS)) {
          await progress.look();
          if (isAhead() || signal.aborted) break;
        }
        if (isAhead()) await sleep(random.int(0, SHORT_LIFE_MS));
      });
      if (!isKilled) return progress.ended;
      onKill();
      await progress.look();
      longest = isAhead() ? FIRST_LIFE_MS : Math.min(LONGEST_LIFE_MS, longest * LONGER);
    }
    if (await app.live(() => sleep(LAST_LIFE_MS, undefined, { ref: false })))
      throw new Error(`The app of ${player} did not end by itself`);
    return progress.ended;
  } finally {
    await app.close();
  }
}

/** How many intents of an app have ended. */
class Progress {
  ended = 0;
  readonly #folder: string;
  #size = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async look(): Promise<void> {
    const { size } = await stat(outcomesFile(this.#folder)).catch(() => ({ size: 0 }));
    if (size === this.#size) return;
    this.#size = size;
    this.ended = namesOf(await readOutcomes(this.#folder)).size;
  }
}

const namesOf = (handled: readonly Handled[]) => new Set(handled.map(({ name }) => name));

interface Checked {
  readonly repeated: number;
  readonly violations: readonly string[];
}

/** Each intent has one outcome, a receipt of its own, and one effect. */
async function check(
  { owner }: Deployment,
  { player, folder, intents }: AppSettings,
  { kills }: ProofSizes,
): Promise<Checked> {
  const violations: string[] = [];
  const handled = await readOutcomes(folder);
  const byName = Map.groupBy(handled, ({ name }) => name);
  for (let number = 1; number <= intents; number += 1) {
    const given = byName.get(`intent-${number}`) ?? [];
    const keys = new Set(given.map(({ key }) => key));
    const outcomes = new Set(given.map(({ outcome }) => withoutReplay(outcome)));
    if (keys.size !== 1) violations.push(`${player}, intent ${number}: ${keys.size} keys`);
    if (outcomes.size !== 1)
      violations.push(`${player}, intent ${number}: ${outcomes.size} different outcomes`);
    if (!given.every(({ outcome }) => outcome.includes('"__typename":"Receipt"')))
      violations.push(`${player}, intent ${number}: ${given[0]?.outcome}`);
  }
  const { rows } = await owner.query(
    `SELECT (SELECT count(*)::int FROM onceward.reward_claims c WHERE c.player = a.no) AS claims,
            (SELECT b.amount::int FROM onceward.balances b WHERE b.player = a.no) AS ticks,
            ARRAY(SELECT c.idempotency_key::text FROM onceward.reward_claims c WHERE c.player = a.no) AS keys
       FROM onceward.actors a WHERE a.id = $1 AND a.kind = 1`,
    [player],
  );
  const { claims = 0, ticks = 0, keys = [] } = rows[0] ?? {};
  if (claims !== intents || ticks !== intents)
    violations.push(`${player}: ${intents} intents had ${claims} claims and ${ticks} effects`);
  const known = new Set(handled.map(({ key }) => key));
  for (const key of keys) if (!known.has(key)) violations.push(`${player}: no app got the outcome of ${key}`);
  const repeated = handled.length - byName.size;
  if (repeated > kills) violations.push(`${player}: ${repeated} outcomes came again after ${kills} kills`);
  return { repeated, violations };
}

/** A retry is answered `replayed: true`, and through a request of its own. */
function withoutReplay(outcome: string): string {
  const { correlationId: _, ...rest } = JSON.parse(outcome);
  return JSON.stringify({ ...rest, result: { ...rest.result, replayed: null } });
}
