/** Checks what batches left behind: each answer against the rows, the rows alone, and the rows against the model. */

import { same, type Tally } from '../invariants/tally.ts';
import { GIFT_SLACK_MS } from '../model/claim-keys.ts';
import type { Cause } from '../model/effect.ts';
import { checkAnswers } from './answers.ts';
import type { BatchHistory } from './history.ts';
import { judge } from './judge.ts';
import type { BatchAttempt } from './operation.ts';
import type { PlayerState } from './player.ts';
import { about, type Recorded } from './recorded.ts';
import { Replay } from './replay.ts';
import type { BatchRefusalRow, BatchRows } from './rows.ts';
import { Shared } from './shared.ts';

export function checkBatches(tally: Tally, history: BatchHistory): void {
  const { attempts, rows, world, published } = history;
  const byCorrelationId = new Map(attempts.map((attempt) => [attempt.sent.correlation_id, attempt]));
  const entries = Map.groupBy(rows.entries, placeOf);
  const recorded = rows.claims.flatMap((row): Recorded[] => {
    const attempt = byCorrelationId.get(row.correlationId);
    tally.check('I4', attempt !== undefined, () => ({
      what: `number ${row.number} was never sent`,
      player: row.player,
    }));
    if (!attempt) return [];
    const sides = [
      row,
      ...(row.counterparty === null ? [] : [{ player: row.counterparty, number: row.counterpartyNumber }]),
    ];
    const moved = sides
      .flatMap((side) => entries.get(placeOf(side)) ?? [])
      .map((entry) => ({
        player: entry.player,
        resource: entry.resource,
        before: entry.before,
        after: entry.before + entry.delta,
        delta: entry.delta,
        requested: entry.requested,
        cause: entry.cause as Cause,
        anchoredAt: entry.anchoredAt,
      }));
    return [{ row, attempt, entries: moved }];
  });
  const shared = new Shared(rows, recorded, { world, published });
  checkAnswers(tally, history);
  checkRows(tally, rows);
  checkCounters(tally, rows, shared);
  const replay = new Replay(tally, shared);
  replay.run(recorded);
  for (const refusal of rows.refusals) {
    const attempt = byCorrelationId.get(refusal.correlationId);
    if (attempt) checkRefusal(tally, { refusal, attempt, shared, replay });
  }
  checkEnd(tally, { rows, replay, recorded });
}

function placeOf({ player, number }: { readonly player: string; readonly number: number | null }): string {
  return `${player}\n${number}`;
}

/** I1, I2, I3, I5, I13 and I15 without the model. */
function checkRows(tally: Tally, rows: BatchRows): void {
  const chains = Map.groupBy(rows.entries, ({ player, resource }) => `${player}\n${resource}`);
  for (const [place, chain] of chains) {
    const [player = '', resource = ''] = place.split('\n');
    let previous = { after: 0, number: 0 };
    for (const [index, { sequence, before, delta, number }] of chain
      .toSorted((a, b) => a.sequence - b.sequence)
      .entries()) {
      const isNext = sequence === index + 1 && before === previous.after && number >= previous.number;
      tally.check('I2', isNext, () => ({
        what: `${resource} #${sequence} begins at ${before} after ${previous.after}`,
        player,
      }));
      tally.check('I3', Number.isSafeInteger(before + delta), () => ({
        what: `${resource} is ${before + delta}`,
        player,
      }));
      previous = { after: before + delta, number };
    }
    const balance = rows.balances.find((one) => one.player === player && one.resource === resource);
    const isSum = balance?.amount === previous.after && balance.sequence === chain.length;
    tally.check('I1', isSum, () => ({
      what: `${resource} is ${balance?.amount}, its entries make ${previous.after}`,
      player,
    }));
  }
  const events = Map.groupBy(rows.outbox, placeOf);
  for (const row of rows.claims)
    tally.check('I13', events.get(placeOf(row))?.length === 1, () => ({
      what: `number ${row.number} has no outbox row or several`,
      player: row.player,
    }));
  tally.check('I13', rows.outbox.length === rows.claims.length, () => ({
    what: 'an outbox row has no claim',
    player: '',
  }));
  const units = new Map(rows.claims.map((row) => [placeOf(row), row.units]));
  for (const row of rows.reversed)
    tally.check('I15', row.reversed <= row.units && row.units === units.get(placeOf(row)), () => ({
      what: `${row.reversed} of ${row.units} units are reversed`,
      player: row.player,
    }));
  const keys = Map.groupBy(rows.sourceKeys, ({ scope, key }) => `${scope}\n${key}`);
  for (const [place, holders] of keys)
    tally.check('I5', holders.length === 1, () => ({
      what: `source key ${place} is held twice`,
      player: holders[0]?.player ?? '',
    }));
}

/** Every counter is the sum of its uses, less what was given back. */
function checkCounters(tally: Tally, { counters }: BatchRows, { uses }: Shared): void {
  const sums = new Map<string, number>();
  for (const { kind, subject, limit, period, amount, joins } of uses) {
    if (joins === Number.POSITIVE_INFINITY) continue;
    const place = [kind, subject, limit, period].join('\n');
    sums.set(place, (sums.get(place) ?? 0) + amount);
  }
  for (const { kind, subject, limit, period, used } of counters) {
    const place = [kind, subject, limit, period].join('\n');
    const sum = sums.get(place) ?? 0;
    sums.delete(place);
    tally.check('I11', used === sum, () => ({
      what: `the counter of ${limit} of ${subject} is ${used}, claims used ${sum}`,
      player: kind === 'player' ? subject : '',
    }));
  }
  for (const [place, sum] of sums)
    tally.check('I11', sum === 0, () => ({
      what: `there is no counter of ${place.replaceAll('\n', ' ')}, claims used ${sum}`,
      player: '',
    }));
}

interface RefusalContext {
  readonly refusal: BatchRefusalRow;
  readonly attempt: BatchAttempt;
  readonly shared: Shared;
  readonly replay: Replay;
}

/** A refusal is right in a state in which it may have been decided. */
function checkRefusal(tally: Tally, { refusal, attempt, shared, replay }: RefusalContext): void {
  const { player, version, refusedAt: at, rejection, configVersion } = refusal;
  const operation = attempt.sent;
  const moment = { attempt, at, player };
  const clerks = operation.staff ? shared.staffBefore(moment) : [null];
  const [least, most] = shared.soldBefore(moment);
  const sold = operation.limits.some(({ kind }) => kind === 'game') ? range(least, most) : [0];
  const taken = (['certainly', 'possibly'] as const).map((how) => new Set(shared.keysTaken(moment, how)));
  let first: unknown = null;
  for (const me of statesAt(replay.statesOf(player), at).filter((state) => state.version === version)) {
    const target = me.claims.get(operation.reverses?.number ?? 0);
    const otherId = operation.counterparty ?? target?.counterparty ?? null;
    const others = otherId === null ? [null] : otherStates(replay.statesOf(otherId), attempt, at);
    for (const other of others)
      for (const staff of clerks)
        for (const one of sold)
          for (const keys of taken) {
            const state = {
              ...shared.of(player),
              me,
              other,
              now: at,
              version: configVersion,
              staff,
              sold: one,
              taken: keys,
            };
            const verdict = judge(operation, state);
            if (verdict.kind === 'rejected' && same(verdict.rejection, rejection)) {
              tally.check('I8', true, () => ({ what: '', player }));
              return;
            }
            first ??= verdict.kind === 'rejected' ? verdict.rejection : 'a grant';
          }
  }
  tally.check('I8', false, () => ({
    what: `${operation.name} was refused ${JSON.stringify(rejection)}, expected ${JSON.stringify(first)}`,
    player,
    evidence: [`key ${operation.idempotency_key}, call ${attempt.call}`],
  }));
}

function range(least: number, most: number): number[] {
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

/**
 * An unknown player is looked for before the locks are held, and has no row to lock. Where the giver alone is refused, the player may
 * also have been created after the time of the call.
 */
function otherStates(
  states: readonly PlayerState[],
  { acknowledgedOther }: BatchAttempt,
  time: number,
): PlayerState[] {
  const possible = statesAt(states, time);
  return acknowledgedOther === 0 ? [...new Set([...states.slice(0, 2), ...possible])] : possible;
}

/** The states that a player may have been in at a time. A gift may be committed after a refusal and have an earlier time. */
function statesAt(states: readonly PlayerState[], time: number): PlayerState[] {
  return states.filter((state, index) => {
    const next = states[index + 1];
    const ends = next?.at ?? Number.POSITIVE_INFINITY;
    return state.at <= time && ends >= time - (next?.version === state.version ? GIFT_SLACK_MS : 0);
  });
}

/** What the players, pending rewards, reversed claims and source keys ended as. */
function checkEnd(
  tally: Tally,
  {
    rows,
    replay,
    recorded,
  }: { readonly rows: BatchRows; readonly replay: Replay; readonly recorded: readonly Recorded[] },
): void {
  for (const { player, number, version } of rows.players) {
    const state = replay.statesOf(player).at(-1) as PlayerState;
    tally.check('I4', state.number === number && state.version === version, () => ({
      what: `the player is at number ${number} and version ${version}, expected ${state.number} and ${state.version}`,
      player,
    }));
    const pending = rows.pending.filter((row) => row.player === player).map((row) => row.number);
    const expected = [...state.pending.values()].map((one) => one.number);
    tally.check('I4', same(pending.sort(), expected.sort()), () => ({
      what: `pending are ${pending}, expected ${expected}`,
      player,
    }));
    const reversed = rows.reversed.filter((row) => row.player === player);
    const due = [...state.claims.values()].filter(({ parts }) => parts > 0);
    tally.check('I15', reversed.length === due.length, () => ({
      what: `${reversed.length} claims are reversed, expected ${due.length}`,
      player,
    }));
    for (const { number: target, ...row } of reversed) {
      const claim = state.claims.get(target);
      const found = [row.reversed, row.parts, row.reversedBy, row.reopened];
      const wanted = [claim?.reversed, claim?.parts, claim?.reversedBy, claim?.isReopened];
      tally.check('I15', same(found, wanted), () => ({
        what: `number ${target} is reversed ${found}, expected ${wanted}`,
        player,
      }));
    }
  }
  const standing = new Map(
    rows.sourceKeys.map((row) => [`${row.scope === 0 ? 'game' : row.player}\n${row.key}`, row]),
  );
  for (const one of recorded) {
    const state = replay.statesOf(one.row.player).at(-1);
    const { isReopened, sourceKeys = [] } = state?.claims.get(one.row.number) ?? {};
    for (const { game, key } of sourceKeys) {
      const holder = standing.get(`${game ? 'game' : one.row.player}\n${key}`);
      const isHolder = holder?.player === one.row.player && holder.number === one.row.number;
      tally.check('I5', isHolder !== isReopened, () => ({
        what: `source key ${key} is held by number ${holder?.number}`,
        ...about(one),
      }));
    }
  }
}
