/** Compares a granted claim with the model: its type and key, its entries, its regeneration anchors and its players' versions. */
import type { Entry } from '../model/effect.ts';
import type { Outcome } from '../model/kernel.ts';
import type { Anchor } from '../model/posting-run.ts';
import type { Rules } from '../model/rules.ts';
import { type Expected, expectedIn } from './expected-outcome.ts';
import { aboutClaim, describeEntries, type GrantedRecord, type History, type Progress } from './history.ts';
import { checkReceiptState } from './player-state.ts';
import { type EntryRow, isHeld } from './rows.ts';
import { type Invariant, same, type Tally } from './tally.ts';

/** Also adds the claim to the model's timeline, as it was recorded. */
export function compareGrant(
  tally: Tally,
  history: History,
  recorded: GrantedRecord,
  progress: Progress,
): void {
  const { claim, attempt, numbers } = recorded;
  const { timeline } = progress;
  const entries = recorded.entries.map(toEntry);
  const before = new Map([...numbers].map(([player, number]) => [player, number - 1]));
  const expected = expectedIn({ numbers: before, more: null }, history, recorded, progress);
  tally.check(
    'I4',
    expected !== null,
    aboutClaim(claim, `its config version ${claim.configVersion} was never published`),
  );
  if (expected) compareKeysAndEntries(tally, recorded, progress, entries, expected);
  const outcome = expected?.outcome;
  const anchors = outcome?.kind === 'granted' ? outcome.anchors : [];
  compareAnchors(tally, recorded, anchors);
  const counterparty = claim.counterparty?.player ?? null;
  const keys = expected?.keys ?? { type: claim.type, key: claim.key, sourceKeys: [] };
  timeline.grant({ ...claim, entries, anchors, counterparty }, keys);
  addEmission(recorded, progress, outcome, history.rulesOf(claim.configVersion));
  compareVersions(tally, recorded, progress);
  const rules = history.rulesOf(claim.configVersion);
  if (rules && attempt.answer?.kind === 'receipt')
    checkReceiptState(tally, attempt.answer.receipt, { timeline, rules, number: claim.number });
}

function addEmission(
  { claim, entries }: GrantedRecord,
  { emissions }: Progress,
  outcome: Outcome | undefined,
  rules: Rules | undefined,
): void {
  if (!rules) return;
  if (!isHeld(claim)) emissions.pay(claim, entries, rules);
  else if (outcome?.kind === 'granted' && !outcome.isFrozen) emissions.withhold(claim, outcome.gives, rules);
}

function compareKeysAndEntries(
  tally: Tally,
  { claim }: GrantedRecord,
  { staff }: Progress,
  entries: readonly Entry[],
  { outcome, keys: { type, key } }: Expected,
): void {
  compareEntries(tally, claim, entries, outcome);
  tally.check(
    'I4',
    same([claim.type, claim.key], [type, key]),
    aboutClaim(claim, `recorded as ${claim.type} ${claim.key}, expected ${type} ${key}`),
  );
  const audited = staff.get(claim.id)?.amount;
  if (outcome.kind === 'granted' && claim.actorKind === 'staff') {
    const { awarded } = outcome;
    tally.check('I10', audited === awarded, aboutClaim(claim, `awarded ${awarded}, audited as ${audited}`));
  }
}

function compareEntries(
  tally: Tally,
  claim: GrantedRecord['claim'],
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
      // A ceiling is a bound of a balance. Every other limit is one of operations.
      return String(details.limit).endsWith('_CEILING') ? 'I3' : 'I11';
    case 'AlreadyClaimed':
      return 'I5';
    case 'ImpossibleDraw':
    case 'ImpossiblePayment':
    case 'NotAnnounced':
    case 'TermsChanged':
      return 'I4';
    default:
      return 'I3';
  }
}

/** The last entry of a balance that regenerates has the expected anchor. */
function compareAnchors(tally: Tally, { claim, entries }: GrantedRecord, anchors: readonly Anchor[]): void {
  for (const { player, resource, at } of anchors) {
    const last = entries.findLast((entry) => entry.player === player && entry.resource === resource);
    if (!last) continue;
    tally.check(
      'I4',
      last.anchoredAt === at,
      aboutClaim(claim, `the regeneration anchor of ${resource} is ${last.anchoredAt}, expected ${at}`),
    );
  }
}

/** The claim raised the versions of its players as its operation does. */
function compareVersions(tally: Tally, { claim, numbers }: GrantedRecord, { timeline }: Progress): void {
  const { player, version, counterparty } = claim;
  for (const made of [{ player, version }, ...(counterparty ? [counterparty] : [])]) {
    const expected = timeline.versionAt(made.player, numbers.get(made.player) ?? 0);
    tally.check(
      'I4',
      made.version === expected,
      aboutClaim(claim, `${made.player} is at version ${made.version}, expected ${expected}`),
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
