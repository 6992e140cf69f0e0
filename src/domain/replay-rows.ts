/**
 * What a replay reads of stored claims, as the ledger sends it (drizzle/kernel/16_replay.sql): rows without the names of players, with
 * numbers for the names of resources, claim types and operations.
 */
import type { ActorKind } from './actor.ts';
import type { Draw } from './moves.ts';
import type { Facts } from './rules.ts';

/** Why a claim is not replayed. */
export const NOT_REPLAYED = {
  reversal: 'reversals take back what the ledger has',
  code: 'what a code gives was fixed when it was created',
  ranking: 'the rank table of an uploaded ranking was fixed with it',
  expired: 'a pending reward expired',
  erased: 'the player was erased, and with them what the claim was decided from',
  imported: 'it was imported from another system',
  merge: 'it moved what a guest had to an account',
  waited: 'a gift did not fit when it was given, and was collected later',
  pending: 'it did not fit and became a pending reward, which is counted when it is collected',
  facts: 'the draft asks for facts that the claim did not state',
  player: 'the draft reads something of the player that the claim did not record',
  payment: 'the draft has several prices, and which the player would have paid is not known',
  streak: 'the draft pays by a streak that the claim did not continue',
  formula: 'a formula of the draft fails',
  other: 'this operation is not replayed',
} as const;
export type NotReplayed = keyof typeof NOT_REPLAYED;

/** One requested movement, in the order of the ledger. */
export interface StoredEntry {
  readonly resource: string;
  readonly requested: number;
  readonly before: number;
}

/** The announcement of a pending reward that a claim paid. */
export interface StoredAnnouncement {
  readonly operation: string;
  readonly by: ActorKind | 'operator';
  readonly at: number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly facts: Facts;
  readonly shown: Readonly<Record<string, number>>;
}

export interface StoredClaim {
  /** The number of the player: nothing that names them. */
  readonly player: number;
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly operation: string;
  readonly type: string;
  readonly by: ActorKind | 'operator';
  /** The config that the amounts come from. */
  readonly version: number;
  readonly input: Readonly<Record<string, unknown>>;
  /** What formulas and conditions read of the player, by name. */
  readonly facts: Facts;
  /** Balances that levels and tiers follow from, where the claim did not move them. */
  readonly shown: Readonly<Record<string, number>>;
  readonly draws: readonly Draw[];
  readonly paidWith: number | null;
  readonly entries: readonly StoredEntry[];
  /** `waited`: it paid what had not fitted before. `null`: nothing was announced. */
  readonly announcement: StoredAnnouncement | 'waited' | null;
  /** Where its amounts come from neither the request nor the config of that moment. */
  readonly fixed: 'erased' | 'expired' | 'pending' | 'ranking' | null;
}

/** A page as the ledger sends it. */
export interface ReplayRows {
  readonly claims: readonly ReplayRow[];
  /** By number. */
  readonly names: {
    readonly resources: NamesByNumber;
    readonly types: NamesByNumber;
    readonly operations: NamesByNumber;
  };
}

type NamesByNumber = Readonly<Record<string, string>>;
type ByNumber = Readonly<Record<string, number>> | null;
type Input = Readonly<Record<string, unknown>>;

/** Player, number, time, operation, type, kind of the actor, version, input, facts, balances, draws, price, entries, origin, announcement. */
export type ReplayRow = readonly [
  ...[player: number, number: number, at: number, operation: number, type: number, by: number],
  ...[version: number, input: Input, facts: Facts | null, shown: ByNumber, draws: readonly Draw[] | null],
  ...[paidWith: number | null, entries: readonly (readonly [number, number, number])[] | null],
  fixed: StoredClaim['fixed'],
  announcement: Announced,
];
/** Empty: a gift that had not fitted. */
type Announced = readonly [] | AnnouncementRow | null;
type AnnouncementRow = readonly [
  ...[operation: number, by: number, at: number, input: Input, facts: Facts | null, shown: ByNumber],
];

const KINDS = ['player', 'server', 'staff', 'operator'] as const;
const NO_FACTS: Facts = {};

export function storedClaims({ claims, names }: ReplayRows): StoredClaim[] {
  const nameIn = (numbers: NamesByNumber, number: number) => {
    const name = numbers[number];
    if (name === undefined) throw new RangeError(`the page has no name for ${number}`);
    return name;
  };
  const balances = (numbers: ByNumber) =>
    numbers === null
      ? {}
      : Object.fromEntries(
          Object.entries(numbers).map(([no, held]) => [nameIn(names.resources, Number(no)), held]),
        );
  const announced = (row: Announced): StoredClaim['announcement'] => {
    if (row === null) return null;
    const [operation, by, at, input, facts, shown] = row;
    if (operation === undefined || by === undefined) return 'waited';
    return {
      operation: nameIn(names.operations, operation),
      ...{ by: KINDS[by - 1] ?? 'operator', at: at ?? 0, input: input ?? {}, facts: facts ?? NO_FACTS },
      shown: balances(shown ?? null),
    };
  };
  return claims.map((row) => {
    const [player, number, at, operation, type, by, version, input, facts, shown, ...rest] = row;
    const [draws, paidWith, entries, fixed, announcement] = rest;
    return {
      ...{ player, number, at, version, input, paidWith, fixed },
      operation: nameIn(names.operations, operation),
      type: nameIn(names.types, type),
      by: KINDS[by - 1] ?? 'operator',
      facts: facts ?? NO_FACTS,
      shown: balances(shown),
      draws: draws ?? [],
      entries: (entries ?? []).map(([resource, requested, before]) => ({
        ...{ resource: nameIn(names.resources, resource), requested, before },
      })),
      announcement: announced(announcement),
    };
  });
}
