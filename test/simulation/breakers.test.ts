import { describe, expect, test } from 'vitest';
import { Emissions } from '../../simulation/invariants/breakers.ts';
import { checkFeed, type FeedEvent } from '../../simulation/invariants/feed.ts';
import { checkSettlements } from '../../simulation/invariants/held.ts';
import type { ClaimRow, Rows } from '../../simulation/invariants/rows.ts';
import { checkRevocations, checkScope } from '../../simulation/invariants/servers.ts';
import { Tally } from '../../simulation/invariants/tally.ts';
import type { Breaker } from '../../simulation/model/breakers.ts';
import type { Rules } from '../../simulation/model/rules.ts';
import { granted, validHistory } from './valid-history.ts';

const HOUR = '2026-11-29T10:00:00.000Z';
const AT = Date.parse(HOUR) + 60_000;
const GAME: Breaker = {
  ...{ name: 'fights', resource: 'lumees', claimTypes: ['pve_victory'], per: 'game', perHour: 100 },
};
const rulesWith = (...breakers: readonly Breaker[]) => ({ breakers }) as unknown as Rules;

function claimAt(claimedAt: number, rest: Partial<ClaimRow> = {}): ClaimRow {
  const [first] = granted(validHistory(), 'claimReward');
  return { ...first, type: 'pve_victory', actorKind: 'player', claimedAt, ...rest } as ClaimRow;
}

const lumees = (delta: number) => [{ resource: 'lumees', delta, cause: 'operation' }] as const;

function found(fill: (emissions: Emissions) => void, counted: Record<string, number>): string[] {
  const emissions = new Emissions();
  fill(emissions);
  const tally = new Tally();
  const rows = Object.entries(counted).map(([counter, used]) => ({ counter, used }));
  emissions.check(tally, { emissions: rows } as unknown as Rows);
  return tally.findings.map(({ what }) => what.replace(/:.*|,.*/, ''));
}

describe('what claims gave of a breaker', () => {
  const counter = `fights  ${HOUR}`;

  test('is what is counted, up to the bound', () => {
    const fill = (emissions: Emissions) => {
      for (const amount of [60, 40]) emissions.pay(claimAt(AT), lumees(amount), rulesWith(GAME));
      emissions.withhold(claimAt(AT), lumees(1), rulesWith(GAME));
    };
    expect(found(fill, { [counter]: 100 })).toEqual([]);
  });

  test('beyond the bound, counted in another hour, or held back with room, is found', () => {
    const pay = (amount: number) => (emissions: Emissions) =>
      emissions.pay(claimAt(AT), lumees(amount), rulesWith(GAME));
    expect(found(pay(101), { [counter]: 101 })).toEqual([`101 were given of ${counter}`.replace(/:.*/, '')]);
    expect(found(pay(60), { 'fights  2026-11-29T11:00:00.000Z': 60 })).toHaveLength(2);
    const holdEarly = (emissions: Emissions) => {
      emissions.pay(claimAt(AT), lumees(60), rulesWith(GAME));
      emissions.withhold(claimAt(AT), lumees(40), rulesWith(GAME));
    };
    expect(found(holdEarly, { [counter]: 60 })).toEqual(['it was held back or refused']);
  });

  test('long after a bound was lowered is found, and what was given before is not', () => {
    const lower = rulesWith({ ...GAME, perHour: 50 });
    const fill = (later: number) => (emissions: Emissions) => {
      emissions.pay(claimAt(AT), lumees(60), rulesWith(GAME));
      emissions.pay(claimAt(AT + later), lumees(1), lower);
    };
    expect(found(fill(20_000), { [counter]: 61 })).toHaveLength(1);
    expect(found(fill(-20_000), { [counter]: 61 })).toEqual([]);
  });

  test('counts for each server apart, and what players claim for none', () => {
    const breaker = rulesWith({ ...GAME, per: 'server' });
    const by = (actorId: string) => claimAt(AT, { actorKind: 'server', actorId });
    const fill = (emissions: Emissions) => {
      emissions.pay(by('a'), lumees(90), breaker);
      emissions.pay(by('b'), lumees(80), breaker);
      emissions.pay(claimAt(AT), lumees(70), breaker);
    };
    expect(found(fill, { [`fights a ${HOUR}`]: 90, [`fights b ${HOUR}`]: 80 })).toEqual([]);
  });
});

describe('calls of staff', () => {
  const settlement = { kind: 'held.release', idempotencyKey: 'call-1', settled: 1, waiting: 0 } as const;
  const payment = claimAt(AT, { operation: 'releaseRewards', type: 'held_reward' });
  const findings = (claims: readonly ClaimRow[], replies: Record<string, number[]> = {}) => {
    const tally = new Tally();
    const rows = { claims, settlements: [settlement] } as unknown as Rows;
    checkSettlements(tally, rows, new Map(Object.entries(replies)));
    return tally.findings.map(({ invariant }) => invariant);
  };

  test('settle as many rewards as they say, also in a retry', () => {
    expect(findings([payment], { 'call-1': [1, 1] })).toEqual([]);
    expect(findings([payment, payment])).toEqual(['I7']);
    expect(findings([payment], { 'call-1': [1, 0] })).toEqual(['I7']);
  });

  test('are the only way to what is held', () => {
    const collected = { ...payment, operation: 'collectRewards' };
    expect(findings([payment, collected])).toEqual(['I4']);
  });
});

describe('servers', () => {
  const claim = claimAt(AT, { actorKind: 'server', actorId: 'server-1' });
  const scopeFindings = (claims: readonly ClaimRow[], answers: readonly object[] = []) => {
    const tally = new Tally();
    const scoped = { id: 'server-1', claimTypes: ['pve_victory'], claimsPerHour: 2 };
    const intent = { actor: { kind: 'server', id: 'server-1' }, player: 'p', key: 'k' };
    const attempts = answers.map((answer) => ({ intent, answer }));
    checkScope(tally, { attempts, rows: { claims }, world: { scoped } } as never);
    return tally.findings.map(({ invariant }) => invariant);
  };

  test('make no claim outside their scope, and none beyond their hour', () => {
    expect(scopeFindings([claim, claim])).toEqual([]);
    expect(scopeFindings([{ ...claim, type: 'arena_chest' }])).toEqual(['I10']);
    expect(scopeFindings([claim, claim, claim])).toEqual(['I11']);
    const refused = { kind: 'fault', code: 'RATE_LIMITED' };
    expect(scopeFindings([claim], [refused])).toEqual(['I11']);
    expect(scopeFindings([claim, claim], [refused])).toEqual([]);
  });

  test('do nothing between their revocation and their return', () => {
    const revoked = (began: number, claimedAt: number) => {
      const tally = new Tally();
      const intent = { actor: { kind: 'server', id: 'server-1' }, player: 'p', key: 'k' };
      const attempts = [{ intent, began, correlationId: 'c' }];
      const rows = { claims: [{ ...claim, claimedAt, sentCorrelationId: 'c' }] };
      const interval = { id: 'server-1', disableSentAt: 1, disabledAt: 3, enableSentAt: 9, enabledAt: 10 };
      checkRevocations(tally, {
        attempts,
        rows,
        disabled: [{ ...interval, enableSentMs: AT + 50 }],
      } as never);
      return tally.findings.length;
    };
    expect([revoked(4, AT), revoked(2, AT), revoked(4, AT + 50)]).toEqual([1, 0, 0]);
  });
});

describe('the feed of events', () => {
  const { rows } = validHistory();
  const events = (): FeedEvent[] =>
    rows.claims
      .filter(({ outcome }) => outcome === 'granted')
      .map((claim, index) => {
        const sides = claim.counterparty ? [claim, claim.counterparty] : [claim];
        return {
          ...{ id: `evt_${index}`, player: claim.player, number: claim.number ?? 0, claimId: claim.id },
          ...{ operation: claim.operation, claimType: claim.type, claimKey: claim.key },
          ...{ configVersion: claim.configVersion, becamePending: claim.becamePending },
          actor: { kind: claim.actorKind, id: claim.actorId },
          claimedAt: new Date(claim.claimedAt).toISOString(),
          counterparty: claim.counterparty?.player ?? null,
          counterpartyNumber: claim.counterparty?.number ?? null,
          changes: sides.flatMap(({ player, number }) =>
            rows.entries.filter((entry) => entry.player === player && entry.number === number),
          ),
        };
      });
  const outbox = rows.claims.map(({ player, number }) => ({
    player,
    number,
    at: `7-${number}`,
    writtenBy: '6',
  }));
  const findings = (read: readonly FeedEvent[], again: readonly FeedEvent[] = events()) => {
    const tally = new Tally();
    checkFeed(tally, { events: read, again }, { ...rows, outbox } as Rows);
    return tally.findings;
  };
  const faults = (read: readonly FeedEvent[]) => findings(read).length;

  test('has each claim once and in order', () => {
    expect(faults(events())).toBe(0);
    expect(faults(events().slice(1))).toBeGreaterThan(0);
    expect(faults(events().toReversed())).toBeGreaterThan(0);
    expect(faults([...events(), events()[0] as FeedEvent])).toBeGreaterThan(0);
    const [first, ...others] = events() as [FeedEvent];
    expect(faults([{ ...first, changes: [] }, ...others])).toBeGreaterThan(0);
  });

  test('is reported once for each player whose event it lacks, with its place in the outbox', () => {
    const [{ player, claimId, number }] = events() as [FeedEvent];
    const ofOthers = events().filter((event) => event.player !== player && event.counterparty !== player);
    const lacking = findings(ofOthers).filter((finding) => finding.player === player);
    expect(lacking.map(({ claims }) => claims)).toEqual([[claimId], undefined]);
    const evidence = (again: readonly FeedEvent[]) => findings(ofOthers, again)[0]?.evidence;
    expect(evidence(events())).toContain(
      `in the outbox number ${number} is at 7-${number}, written by transaction 6`,
    );
    expect(evidence(events())?.at(-1)).toBe('the whole feed, read again, has it');
    expect(evidence(ofOthers)?.at(-1)).toBe('the whole feed, read again, lacks it');
  });
});
