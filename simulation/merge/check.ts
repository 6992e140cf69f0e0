/** Judges merges by the receipts that clients have, and the ledger by them. It knows nothing of the product's rules but the numbers below. */
import { type Change, type Entry, isReceipt, type Receipt } from './clients.ts';
import type { ClaimRow, Ledger } from './ledger.ts';
import { COUNTERS } from './world.ts';

/** A claim as one player sees it: what it changed of their balances, as the claim of theirs that has this number. */
interface Event {
  readonly number: number;
  readonly entry: Entry;
  readonly changes: readonly Change[];
}

interface Merge {
  readonly account: string;
  readonly guest: string;
  /** In the account's history, and in the guest's. */
  readonly number: number;
  readonly last: number;
  readonly entry: Entry;
  readonly receipt: Receipt;
}

type Amounts = ReadonlyMap<string, number>;

export function check(entries: readonly Entry[], ledger: Ledger) {
  const rows = Map.groupBy(ledger.claims, ({ idempotencyKey }) => idempotencyKey);
  const histories = historiesOf(entries, rows);
  const merges = mergesOf(entries, rows);
  const faults = [
    ...entries.flatMap(answerFaults),
    ...rowFaults(entries, ledger, rows),
    ...balanceFaults(histories, ledger),
    ...merges.flatMap((merge) => movedFaults(merge, histories)),
    ...merges.flatMap((merge) => guestFaults(merge, entries, histories, ledger)),
    ...[...histories.keys()].flatMap((player) => twiceFaults(player, histories, merges)),
    ...refusalFaults(entries, merges),
  ];
  return { merged: merges.length, faults };
}

function historiesOf(entries: readonly Entry[], rows: ReadonlyMap<string, ClaimRow[]>): Map<string, Event[]> {
  const histories = new Map<string, Event[]>();
  const add = (player: string, event: Event) => {
    histories.set(player, [...(histories.get(player) ?? []), event]);
  };
  for (const entry of entries) {
    const { request, answers } = entry;
    const [receipt] = answers;
    const [row] = rows.get(request.input.idempotencyKey) ?? [];
    if (!row || !isReceipt(receipt)) continue;
    add(row.player, { entry, number: row.number, changes: receipt.changes });
    if (row.counterparty !== null && row.counterpartyNumber !== null)
      add(row.counterparty, {
        ...{ entry, number: row.counterpartyNumber, changes: receipt.counterpartyChanges ?? [] },
      });
  }
  return histories;
}

function mergesOf(entries: readonly Entry[], rows: ReadonlyMap<string, ClaimRow[]>): Merge[] {
  return entries.flatMap((entry) => {
    const { request, answers } = entry;
    const [receipt] = answers;
    const [row] = rows.get(request.input.idempotencyKey) ?? [];
    if (request.mutation !== 'mergePlayer' || !row || !isReceipt(receipt)) return [];
    const { playerId: account, guestId } = request.input;
    const last = row.counterpartyNumber ?? 0;
    return [{ account, guest: guestId as string, number: row.number, last, entry, receipt }];
  });
}

/** Each key has one outcome, which is granted once. */
function answerFaults({ request, answers }: Entry): string[] {
  const key = request.input.idempotencyKey;
  const fresh = answers.filter((answer) => isReceipt(answer) && !answer.replayed).length;
  // Where a guest's account was merged itself since, a known key names the account of now.
  const texts = new Set(answers.map(({ replayed, mergedInto, ...answer }) => JSON.stringify(answer)));
  return [
    ...(texts.size <= 1 ? [] : [`${request.mutation} ${key} has several answers: ${[...texts].join(' | ')}`]),
    ...(fresh <= 1 ? [] : [`${request.mutation} ${key} was granted ${fresh} times`]),
  ];
}

/** Each receipt is one claim of the ledger, and each claim has a receipt. */
function rowFaults(
  entries: readonly Entry[],
  { claims }: Ledger,
  rows: ReadonlyMap<string, ClaimRow[]>,
): string[] {
  const known = new Set<string>();
  const faults: string[] = [];
  for (const { request, answers } of entries) {
    const key = request.input.idempotencyKey;
    if (!isReceipt(answers[0])) continue;
    known.add(key);
    const found = rows.get(key) ?? [];
    if (found.length !== 1) faults.push(`the receipt of ${key} is ${found.length} claims`);
    for (const { player } of found)
      if (player !== request.input.playerId) faults.push(`the claim of ${key} is ${player}'s`);
  }
  // A merge announces the guest's pending rewards to the account, each with a claim of its own.
  for (const { idempotencyKey, player } of claims)
    if (!known.has(idempotencyKey) && !idempotencyKey.startsWith('onceward:merge:'))
      faults.push(`${player} has the claim ${idempotencyKey} without a receipt`);
  return faults;
}

function summed(changes: readonly Change[]): Amounts {
  const amounts = new Map<string, number>();
  for (const { resource, delta } of changes) amounts.set(resource, (amounts.get(resource) ?? 0) + delta);
  return amounts;
}

const before = (histories: ReadonlyMap<string, Event[]>, player: string, number: number): Amounts =>
  summed((histories.get(player) ?? []).filter((event) => event.number < number).flatMap((e) => e.changes));

/** What a player has is the sum of what the receipts show. */
function balanceFaults(histories: ReadonlyMap<string, Event[]>, { balances }: Ledger): string[] {
  const expected = new Map<string, number>();
  for (const [player, events] of histories)
    for (const [resource, amount] of summed(events.flatMap(({ changes }) => changes)))
      expected.set(`${player} ${resource}`, amount);
  return [...new Set([...expected.keys(), ...balances.keys()])].flatMap((of) => {
    const [has, sum] = [balances.get(of) ?? 0, expected.get(of) ?? 0];
    return has === sum ? [] : [`${of} is ${has}, and the receipts add up to ${sum}`];
  });
}

/** The numbers of the balance config. */
const experienceOf = (level: number) => 50 * level * (level - 1);
const pointsOf = (level: number) => (level % 10 === 0 ? 5 : 3);
function levelOf(experience: number): number {
  let level = 1;
  while (experienceOf(level + 1) <= experience) level += 1;
  return level;
}

/** What the guest had is the account's, of counters the higher; nothing else is given but levels that neither was paid for. */
function movedFaults(
  { account, guest, number, last, receipt }: Merge,
  histories: ReadonlyMap<string, Event[]>,
): string[] {
  const its = before(histories, guest, last);
  const mine = before(histories, account, number);
  const of = (cause: (name: string) => boolean) =>
    summed(receipt.changes.filter((change) => cause(change.cause)));
  const moved = of((cause) => cause !== 'MILESTONE');
  const paid = of((cause) => cause === 'MILESTONE');
  const lost = summed(receipt.counterpartyChanges ?? []);
  const expected = new Map<string, number>();
  for (const [resource, amount] of its)
    expected.set(
      resource,
      COUNTERS.includes(resource) ? Math.max(0, amount - (mine.get(resource) ?? 0)) : amount,
    );
  const levels = new Map<string, number>();
  const add = (resource: string, amount: number) =>
    levels.set(resource, (levels.get(resource) ?? 0) + amount);
  const sum = (resource: string) => (its.get(resource) ?? 0) + (mine.get(resource) ?? 0);
  const paidFor = Math.max(its.get('levels_paid') ?? 0, mine.get('levels_paid') ?? 0);
  for (let level = paidFor + 2; level <= levelOf(sum('experience')); level += 1) {
    add('levels_paid', 1);
    add('stat_points', pointsOf(level));
  }
  const differs = (what: string, has: Amounts, should: Amounts, sign = 1) =>
    [...new Set([...has.keys(), ...should.keys()])].flatMap((resource) => {
      const [is, expectedAmount] = [has.get(resource) ?? 0, sign * (should.get(resource) ?? 0)];
      return is === expectedAmount
        ? []
        : [`the merge of ${guest} into ${account} ${what} ${is} ${resource}, not ${expectedAmount}`];
    });
  return [
    ...differs('gave', moved, expected),
    ...differs('took', lost, expected, -1),
    ...differs('paid for levels', paid, levels),
  ];
}

/** After its merge a guest has no amounts, is owed nothing and gets nothing. */
function guestFaults(
  { guest, last, entry: merge }: Merge,
  entries: readonly Entry[],
  histories: ReadonlyMap<string, Event[]>,
  { balances, owed }: Ledger,
): string[] {
  const faults: string[] = [];
  for (const [of, amount] of balances)
    if (of.startsWith(`${guest} `) && amount !== 0 && !COUNTERS.includes(of.slice(guest.length + 1)))
      faults.push(`a guest is left with ${of}: ${amount}`);
  if (owed.has(guest)) faults.push(`${guest} is owed a reward after its merge`);
  for (const { number, entry } of histories.get(guest) ?? [])
    if (number > last)
      faults.push(`${entry.request.input.idempotencyKey} was granted to ${guest} after its merge`);
  for (const { request, began, answers } of entries) {
    const { input } = request;
    if (began < merge.ended || answers[0]?.__typename === 'PlayerMerged') continue;
    // A giver who has too little is refused before anybody looks at who receives.
    const isGift = input.toPlayerId === guest && isReceipt(answers[0]);
    if (!isGift && input.playerId !== guest && input.guestId !== guest) continue;
    faults.push(
      `${request.mutation} ${input.idempotencyKey} of ${guest} began after its merge and was ${answers[0]?.__typename}`,
    );
  }
  return faults;
}

/** The guests that an account had before its claim of this number, with their own. */
function guestsOf(account: string, number: number, merges: readonly Merge[]): string[] {
  return merges
    .filter((merge) => merge.account === account && merge.number < number)
    .flatMap(({ guest }) => [guest, ...guestsOf(guest, Number.POSITIVE_INFINITY, merges)]);
}

/** The account that a guest was merged into, that account's, and so on. */
function accountsOf(guest: string, merges: readonly Merge[]): string[] {
  return merges
    .filter((merge) => merge.guest === guest)
    .flatMap(({ account }) => [account, ...accountsOf(account, merges)]);
}

/** What may be had once was had neither by the player nor by a guest that was merged before. */
function twiceFaults(
  player: string,
  histories: ReadonlyMap<string, Event[]>,
  merges: readonly Merge[],
): string[] {
  const own = (histories.get(player) ?? []).filter(
    ({ entry }) => entry.request.input.playerId === player && entry.request.once.length > 0,
  );
  return own.flatMap(({ entry, number }) => {
    const guests = guestsOf(player, number, merges);
    const earlier = [
      ...own.filter((other) => other.number < number).map((other) => other.entry.request),
      ...guests.flatMap((guest) =>
        (histories.get(guest) ?? [])
          .map((event) => event.entry.request)
          .filter(({ input }) => input.playerId === guest),
      ),
    ];
    const had = new Set(earlier.flatMap(({ once }) => once));
    const twice = entry.request.once.filter((name) => had.has(name));
    return twice.map((name) => `${player} and its guests have it twice: ${name}`);
  });
}

const HAD = new Set(['AlreadyClaimed', 'LimitExceeded']);

/** What is refused because it was had was granted, only who was merged is refused as a guest, and conflicts that are taken refuse nothing. */
function refusalFaults(entries: readonly Entry[], merges: readonly Merge[]): string[] {
  const granted = new Set(
    entries
      .filter(({ answers }) => isReceipt(answers[0]))
      .flatMap(({ request }) => request.once.map((name) => `${groupOf(request.input.playerId)} ${name}`)),
  );
  const guests = new Set(merges.map(({ guest }) => guest));
  return entries.flatMap(({ request, answers }) => {
    const { input, once, mutation } = request;
    const kind = answers[0]?.__typename ?? '';
    const what = `${mutation} ${input.idempotencyKey} was ${kind}`;
    const named = [input.playerId, input.toPlayerId, input.guestId].map(String);
    if (kind === 'PlayerMerged' && !named.some((player) => guests.has(player)))
      return [`${what}, and nobody was merged`];
    if (input.onConflict === 'ACCOUNT_WINS' && kind !== 'Receipt' && kind !== 'PlayerMerged') return [what];
    for (const { playerId, mergedInto } of answers)
      if (kind === 'PlayerMerged' && !accountsOf(String(playerId), merges).includes(String(mergedInto)))
        return [`${what}: ${playerId} was not merged into ${mergedInto}`];
    if (
      HAD.has(kind) &&
      once.length > 0 &&
      !once.some((name) => granted.has(`${groupOf(input.playerId)} ${name}`))
    )
      return [`${what}, and nobody has ${once.join(', ')}`];
    return [];
  });
}

/** A player's name without the last part. */
const groupOf = (player: string) => player.slice(0, player.lastIndexOf('-'));
