/** Compares a granted claim with the model: its type and key, its entries, its regeneration anchors and its balance snapshots. */
import type { Entry } from '../model/effect.ts';
import type { Outcome } from '../model/kernel.ts';
import { type Expected, expectedIn, type PossibleState } from './expected-outcome.ts';
import { aboutClaim, describeEntries, type History, type Progress, type RecordedClaim } from './history.ts';
import { checkReceiptState } from './player-state.ts';
import type { EntryRow } from './rows.ts';
import { type Invariant, same, type Tally } from './tally.ts';

/** Also adds the claim to the model's timeline, as it was recorded. */
export function compareGrant(
  tally: Tally,
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
): void {
  const { claim, attempt, versions } = recorded;
  const { timeline } = progress;
  const entries = recorded.entries.map(toEntry);
  const expected = expectedGrant(history, recorded, progress, entries);
  tally.check(
    'I4',
    expected !== null,
    aboutClaim(claim, `its config version ${claim.configVersion} was never published`),
  );
  if (expected) compareKeysAndEntries(tally, recorded, progress, entries, expected);
  const keys = expected?.keys ?? { type: claim.type, key: claim.key, sourceKeys: [], days: [] };
  compareAnchors(tally, recorded, progress, expected?.outcome ?? null);
  const { id, player, version, operation, configVersion } = claim;
  const anchors = new Map(Object.entries(claim.anchorsAfter));
  timeline.grant({ id, player, version, operation, configVersion, entries, anchors }, keys, [
    ...versions.keys(),
  ]);
  compareSnapshots(tally, recorded, progress);
  const rules = history.rulesOf(claim.configVersion);
  if (rules && attempt.answer?.kind === 'receipt')
    checkReceiptState(tally, attempt.answer.receipt, { timeline, rules, claimedAt: claim.claimedAt });
}

/**
 * The expected outcome that matches the record, or the first one. A recovery names the config of the announcement. The config
 * that applied to regeneration is not recorded: it is any published one, most likely the last.
 */
function expectedGrant(
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
  entries: readonly Entry[],
): Expected | null {
  const { claim, versions } = recorded;
  const before = new Map([...versions].map(([player, version]) => [player, version - 1]));
  const state: PossibleState = { versions: before, used: 'least' };
  if (claim.operation !== 'recoverReward') return expectedIn(state, history, recorded, progress);
  let first: Expected | null = null;
  for (const currentRules of progress.published.toReversed()) {
    const expected = expectedIn({ ...state, currentRules }, history, recorded, progress);
    first ??= expected;
    if (expected?.outcome.kind !== 'granted') continue;
    if (!same(sorted(expected.outcome.entries), sorted(entries))) continue;
    if (same(claim.anchorsAfter, expectedAnchors(recorded, progress, expected.outcome.anchors)))
      return expected;
  }
  return first;
}

function compareKeysAndEntries(
  tally: Tally,
  { claim }: RecordedClaim,
  { audit }: Progress,
  entries: readonly Entry[],
  { outcome, keys: { type, key } }: Expected,
): void {
  compareEntries(tally, claim, entries, outcome);
  tally.check(
    'I4',
    same([claim.type, claim.key], [type, key]),
    aboutClaim(claim, `recorded as ${claim.type} ${claim.key}, expected ${type} ${key}`),
  );
  const audited = audit.get(claim.id)?.amount;
  if (outcome.kind === 'granted' && claim.actorKind === 'staff') {
    const { awarded } = outcome;
    tally.check('I10', audited === awarded, aboutClaim(claim, `awarded ${awarded}, audited as ${audited}`));
  }
}

function compareEntries(
  tally: Tally,
  claim: RecordedClaim['claim'],
  entries: readonly Entry[],
  outcome: Outcome,
): void {
  if (outcome.kind === 'granted') {
    const isRight = same(sorted(outcome.entries), sorted(entries));
    tally.check(
      'I4',
      isRight,
      aboutClaim(claim, `moved ${describeEntries(entries)}, expected ${describeEntries(outcome.entries)}`),
    );
    tally.check('I5', true, aboutClaim(claim, ''));
    if (claim.actorKind === 'staff') tally.check('I11', true, aboutClaim(claim, ''));
    return;
  }
  const { rejection } = outcome;
  tally.check(violatedBy(rejection), false, () => ({
    ...aboutClaim(claim, `moved ${describeEntries(entries)}, expected ${JSON.stringify(rejection)}`)(),
    // The claim that has the key belongs to the story.
    claims: [claim.id, String(rejection.details.claimId ?? '')],
  }));
}

/** The invariant that a grant violates if it should have been rejected. */
function violatedBy({ kind, details }: Extract<Outcome, { kind: 'rejected' }>['rejection']): Invariant {
  switch (kind) {
    case 'LimitExceeded':
      return /^STAFF|PER_DAY$/.test(String(details.limit)) ? 'I11' : 'I3';
    case 'AlreadyClaimed':
      return 'I5';
    case 'ImpossibleDraw':
    case 'NotAnnounced':
      return 'I4';
    default:
      return 'I3';
  }
}

/** The regeneration anchors that the claim recorded are the expected ones. */
function compareAnchors(
  tally: Tally,
  recorded: RecordedClaim,
  progress: Progress,
  outcome: Outcome | null,
): void {
  if (outcome?.kind !== 'granted') return;
  const { claim } = recorded;
  const expected = expectedAnchors(recorded, progress, outcome.anchors);
  tally.check(
    'I4',
    same(claim.anchorsAfter, expected),
    aboutClaim(
      claim,
      `its regeneration anchors are ${JSON.stringify(claim.anchorsAfter)}, expected ${JSON.stringify(expected)}`,
    ),
  );
}

function expectedAnchors(
  { claim }: RecordedClaim,
  { timeline }: Progress,
  written: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  return Object.fromEntries([...timeline.anchorsAt(claim.player, claim.version - 1), ...written]);
}

/** The balances that a claim stores of its players are those that its entries led to. */
function compareSnapshots(tally: Tally, { claim }: RecordedClaim, { timeline }: Progress): void {
  const { player, version, balancesAfter, counterparty } = claim;
  const snapshots = [{ player, version, balancesAfter }, ...(counterparty ? [counterparty] : [])];
  for (const { player: owner, version: at, balancesAfter: stored } of snapshots) {
    const balances = timeline.at(owner, at);
    tally.check(
      'I4',
      same(stored, balances),
      aboutClaim(
        claim,
        `stores the balances of ${owner} as ${JSON.stringify(stored)}, they were ${JSON.stringify(balances)}`,
      ),
    );
  }
}

function toEntry({ player, resource, before, after, delta, requested, cause }: EntryRow): Entry {
  return { player, resource, before, after, delta, requested, cause };
}

function sorted(entries: readonly Entry[]): Entry[] {
  const place = ({ player, resource, before }: Entry) => `${player}\n${resource}\n${before}`;
  return entries.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
