/**
 * What the Worker does by the clock: a list of named jobs. A job that fails is logged and hinders no other; the next run does what is
 * left. After the jobs the alarms that were raised or cleared meanwhile are logged. The triggers are in wrangler.toml.
 */
import { reviveCampaigns } from './campaigns/drive.ts';
import { continueRankings } from './campaigns/pay-ranking.ts';
import type { ConfigLoader } from './config/load.ts';
import { movePointer } from './config/move-pointer.ts';
import { ALARM_KINDS, ALARMS } from './domain/alarms.ts';
import type { Env } from './env.ts';
import { countEvents } from './events/count-events.ts';
import { runSender } from './events/run-sender.ts';
import { storeEvents } from './events/store-events.ts';
import type { Database } from './ledger/database.ts';
import { expireRefusals, expireRewards } from './ledger/expire.ts';
import { markLogged, readAlarmsToLog, reportJobs } from './ledger/read-alarms.ts';
import { readPublishedConfig, readPublishedVersions } from './ledger/read-config.ts';
import { rollUpEconomy } from './ledger/roll-up.ts';
import { keepEvents } from './ledger/step-endpoint.ts';
import { recheckDrift, verifyEconomy, verifyGame, verifyPlayers, watchLedger } from './ledger/watch.ts';
import { watchArchive } from './ledger/watch-archive.ts';
import { writeLog } from './log/log.ts';
import { measureGauge } from './log/metrics.ts';
import { stackOf } from './log/stack.ts';
import { driveErasures } from './resolvers/drive-erasures.ts';
import { continueUndos } from './resolvers/drive-undo.ts';
import { loggedError } from './resolvers/observe.ts';

/** What a job works with: the isolate's services, as requests use them. */
export interface Work {
  readonly env: Env;
  readonly database: Database;
  readonly config: ConfigLoader;
}

interface Job {
  /** In the log, and the subject of the alarm `job_failing`. */
  readonly name: string;
  readonly run: (work: Work) => Promise<unknown>;
}

/** How long one run drives an undo, a ranking or erasures. */
const DRIVE_MS = 60_000;

/** Each minute, at the same time. */
const JOBS: readonly Job[] = [
  { name: 'config_pointer', run: ({ env, database }) => moveConfigPointer(env, database) },
  { name: 'refusals', run: ({ database }) => expireRefusals(database) },
  { name: 'campaigns', run: ({ env, database }) => driveOn(env, database) },
  { name: 'undos', run: (work) => continueUndos(work, DRIVE_MS) },
  { name: 'erasures', run: ({ database }) => driveErasures(database, DRIVE_MS) },
  { name: 'rankings', run: (work) => continueRankings(work, DRIVE_MS) },
  { name: 'expired_rewards', run: ({ database }) => expireRewards(database) },
  { name: 'economy', run: ({ database }) => rollUpEconomy(database) },
  { name: 'watch', run: ({ env, database }) => watch(env, database) },
  { name: 'drift', run: ({ database }) => recheckDrift(database) },
  { name: 'archive', run: ({ database }) => watchArchive(database) },
  { name: 'events', run: ({ env, database }) => runSender(env, database) },
  { name: 'event_files', run: storeFiles },
  { name: 'event_counts', run: writeCounts },
  { name: 'event_retention', run: ({ database }) => keepEvents(database) },
];

async function storeFiles({ env: { EVENT_FILES: bucket }, database }: Work): Promise<void> {
  const now = Date.now();
  if (bucket) await storeEvents({ database, bucket, now, until: now + DRIVE_MS });
}

async function writeCounts({ env: { EVENT_COUNTS: counts }, database }: Work): Promise<void> {
  if (counts) await countEvents({ database, write: (point) => counts.writeDataPoint(point) });
}

const EVERY_MINUTE = '* * * * *';
const VERIFY_PLAYERS_MS = 300_000;
const VERIFY_ECONOMY_MS = 120_000;

/** Each night, one after the other: they read much. */
const NIGHT_JOBS: readonly Job[] = [
  { name: 'verify_players', run: ({ database }) => verifyPlayers(database, within(VERIFY_PLAYERS_MS)) },
  { name: 'verify_economy', run: ({ database }) => verifyEconomy(database, within(VERIFY_ECONOMY_MS)) },
  { name: 'verify_game', run: ({ database }) => verifyGame(database) },
];

const within = (ms: number) => ({ until: Date.now() + ms });

/**
 * The jobs of the night run by every trigger but that of the minute, so an operator can choose another hour. Throws, after all jobs,
 * if one failed: the platform then counts the run as failed.
 */
export async function runJobs(work: Work, cron: string): Promise<void> {
  const failed: string[] = [];
  const isNight = cron !== '' && cron !== EVERY_MINUTE;
  const jobs = isNight ? NIGHT_JOBS : JOBS;
  if (isNight) for (const job of jobs) await runJob(job, work, failed);
  else await Promise.all(jobs.map((job) => runJob(job, work, failed)));
  const succeeded = jobs.map(({ name }) => name).filter((name) => !failed.includes(name));
  const reporting: Job = {
    name: 'alarms',
    run: async ({ database }) => {
      await reportJobs(database, { succeeded, failed });
      await logAlarms(database);
    },
  };
  await runJob(reporting, work, failed);
  for (const { name } of jobs)
    measureGauge(work.env.METRICS, 'job_failed', failed.includes(name) ? 1 : 0, name);
  if (failed.length > 0) throw new Error(`jobs failed: ${failed.join(', ')}`);
}

async function runJob({ name, run }: Job, work: Work, failed: string[]): Promise<void> {
  try {
    await run(work);
  } catch (error) {
    failed.push(name);
    const members = { job: name, error: loggedError(error), stack: stackOf(error) };
    writeLog({ level: 'error', event: 'job_failed', ...members }, null);
  }
}

const ALARMS_OF_A_READ = 100;
const MAX_READS = 10;

/** Each is logged before that is recorded: one that is logged twice is better than one that is not. */
async function logAlarms(database: Database): Promise<void> {
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const found = await readAlarmsToLog(database, ALARMS_OF_A_READ);
    if (found.length === 0) return;
    for (const { what, alarm } of found) {
      const { kind, subject, times, raisedAt, clearedAt, detail, playerIds } = alarm;
      const { severity } = ALARMS[kind] ?? {};
      const members = { kind, severity, subject, raisedAt, players: playerIds.length };
      if (what === 'raised') writeLog({ level: 'error', event: 'alarm', ...members, detail }, null);
      else writeLog({ level: 'info', event: 'alarm_cleared', ...members, times, clearedAt }, null);
    }
    await markLogged(database, found);
  }
}

async function watch({ METRICS: metrics }: Env, database: Database): Promise<void> {
  const gauges = await watchLedger(database);
  measureGauge(metrics, 'outbox_lag_seconds', gauges.outboxLagSeconds);
  measureGauge(metrics, 'refusals_overdue_days', gauges.refusalsOverdueDays);
  measureGauge(metrics, 'rewards_overdue_seconds', gauges.rewardsOverdueSeconds);
  measureGauge(metrics, 'verified_days_ago', gauges.verifiedDaysAgo);
  for (const kind of ALARM_KINDS) measureGauge(metrics, 'open_alarms', gauges.openAlarms[kind] ?? 0, kind);
}

/** Returns whether it wrote. */
export async function moveConfigPointer(
  { BALANCE_KV: kv }: Env,
  database: Database,
  always = false,
): Promise<boolean> {
  if (!kv) return false;
  const sources = {
    kv,
    readPublished: () => readPublishedVersions(database),
    readDocument: async (version: number) => (await readPublishedConfig(database, version))?.document,
  };
  return movePointer(sources, always);
}

const DEFAULT_STALLED_SECONDS = 120;

/** Campaigns whose Workflow has died. */
async function driveOn({ CAMPAIGNS: workflow, CAMPAIGN_STALLED_SECONDS: given }: Env, database: Database) {
  if (!workflow) return;
  const seconds = Number(given || Number.NaN);
  await reviveCampaigns(database, workflow, seconds > 0 ? seconds : DEFAULT_STALLED_SECONDS);
}
