/**
 * Reads what a screen needs of a player, in one request. The kernel answers for the current config alone: a caller with another one
 * gets the current one instead, as with operations.
 */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { LimitUse } from '../domain/limits.ts';
import type { NamedConfig } from '../domain/outcome.ts';
import { unknownPlayer } from '../domain/player-facts.ts';
import { derivePlayer, newPlayer } from '../domain/player-state.ts';
import type { BalanceRules } from '../domain/rules.ts';
import {
  claimName,
  type LimitCount,
  limitName,
  type ScreenFacts,
  type ScreenRequest,
} from '../domain/screen.ts';
import { callKernel } from './commit-operation.ts';
import type { Database, Reads } from './database.ts';
import { limitUseOf } from './encode-operation.ts';
import { CONTRACT_VERSION, type KernelConfigs } from './kernel-contract.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { anchorsOf, ruleOf } from './read-player.ts';
import { isoTime } from './read-record.ts';
import type { KernelPeriod, KernelScreen, KernelScreenAnswer } from './screen-contract.ts';

export type ScreenAnswer =
  | { readonly kind: 'facts'; readonly facts: ScreenFacts }
  /** Null: no config was published. */
  | { readonly kind: 'stale_config'; readonly current: NamedConfig | null };

/** `rules`: null where the caller has no config yet. One row. */
export async function readScreen(
  database: Database,
  actor: Actor,
  reading: ScreenReading,
): Promise<Authorised<ScreenAnswer>> {
  const screen = JSON.stringify(encodeScreen(reading));
  if (actor.kind !== 'player')
    return await readAs(
      database,
      actor,
      (reads) => screenStatement(reads, screen, reading.held),
      ({ answer }) => screenAnswerOf(answer, reading),
    );
  const statement = 'SELECT onceward.read_screen($1::integer, $2::jsonb, $3::text[]) AS answer';
  const answer = await callKernel(database, statement, [screen, reading.held]);
  return { kind: 'read', rows: [screenAnswerOf(answer, reading)] };
}

/** For staff and game servers, whose permission is read in the same request. */
function screenStatement(reads: Reads, screen: string, held: readonly string[]) {
  const answer = sql<unknown>`onceward.read_screen(${CONTRACT_VERSION}::integer, ${screen}::jsonb,
    (SELECT coalesce(array_agg(h), '{}') FROM jsonb_array_elements_text(${JSON.stringify(held)}::jsonb) AS h))`;
  return reads.select({ answer }).from(sql`(SELECT) AS one`);
}

function encodeScreen({ playerId, rules, request }: ScreenReading): KernelScreen {
  const { resources, limits, claims, pending, sourceKeys } = request;
  return {
    player: playerId,
    config_version: rules?.version ?? null,
    config_sha256: rules?.sha256 ?? null,
    resources,
    limits: periodsOf(limits),
    claims,
    pending,
    source_keys: sourceKeys,
  };
}

function screenAnswerOf(answer: unknown, { playerId, rules, request }: ScreenReading): ScreenAnswer {
  const { current, configs = [] } = answer as KernelConfigs;
  if (current === undefined && rules !== null)
    return { kind: 'facts', facts: factsOf(answer as KernelScreenAnswer, { playerId, request, rules }) };
  const document = configs.find(({ version }) => version === current?.version)?.document ?? null;
  return { kind: 'stale_config', current: current ? { ...current, document } : null };
}

/** In the order of their periods, as they are asked for. */
function byPeriod(limits: readonly LimitUse[]): readonly (readonly LimitUse[])[] {
  return [...Map.groupBy(limits, ({ subject, period }) => `${subject} ${period.name}`).values()];
}

/** Two hundred offers have hundreds of limits and few periods. */
function periodsOf(limits: readonly LimitUse[]): KernelPeriod[] {
  return byPeriod(limits).map((uses) => {
    const { kind, period, since } = limitUseOf(uses[0] as LimitUse);
    return {
      ...{ kind, period, since },
      uses: uses.map(({ name, claimType, bound, sharesWith }) => [name, claimType, bound, sharesWith]),
    };
  });
}

interface ScreenReading {
  readonly playerId: string;
  readonly rules: BalanceRules | null;
  readonly request: ScreenRequest;
  /** The digests of the config documents that the caller has. */
  readonly held: readonly string[];
}

function factsOf(
  { player, at: moment, limits, claims, held, pending }: KernelScreenAnswer,
  {
    playerId: id,
    request,
    rules,
  }: { readonly playerId: string; readonly request: ScreenRequest; readonly rules: BalanceRules },
): ScreenFacts {
  const at = new Date(moment);
  const recorded = player
    ? {
        id,
        version: player.version,
        acceptsGifts: player.acceptsGifts,
        frozenAt: player.frozenAt === null ? null : isoTime(player.frozenAt),
        zones: player.zones,
        balances: player.balances,
        anchors: anchorsOf(player.anchors),
        regenerationRules: player.rules.map(ruleOf),
        playerSince: isoTime(player.since),
        at: at.toISOString(),
      }
    : newPlayer(id, rules, at);
  const counts = byPeriod(request.limits)
    .flat()
    .flatMap((use, index): [string, LimitCount][] => {
      const count = limits[index];
      return count ? [[limitName(use), count]] : [];
    });
  const { balances, anchors, regenerationRules, playerSince } = recorded;
  const known = { balances, anchors, regenerationRules, playerSince, at: at.toISOString() };
  return {
    player: derivePlayer(recorded, rules),
    snapshot: player
      ? { ...known, number: player.number, held: held.flatMap((place) => request.sourceKeys[place] ?? []) }
      : unknownPlayer(at),
    at,
    zones: player?.zones ?? null,
    counts: new Map(counts),
    claimed: new Set(claims.flatMap((place) => request.claims[place] ?? []).map(claimName)),
    pending: pending.map(({ type, key, announcedAt, plan }) => ({
      type,
      key,
      announcedAt: isoTime(announcedAt),
      gives: plan.postings.map(({ resource, delta }) => ({ resource, amount: delta })),
    })),
  };
}
