/**
 * What a replay found, per resource, claim type and player, apart for each config that the amounts came from, and apart what cannot be
 * replayed. It holds sums and not claims, so its size does not follow from how many there were.
 */
import { countersOfTables } from './draw.ts';
import { type Amounts, paidThen, Replay } from './replay.ts';
import { type Changes, Distribution } from './replay-changes.ts';
import type { NotReplayed, StoredClaim } from './replay-rows.ts';
import type { BalanceRules } from './rules.ts';

/** Sums beyond 2^53 lose their last digits; a sum of that size is a defect of the config and not of the report. */
export interface Compared {
  readonly resource: string;
  /** Whether it counts progress, a streak or draws, and is no amount that players own. */
  readonly isCounter: boolean;
  /** When the claims were made. */
  readonly paid: number;
  /** Under the draft. */
  readonly would: number;
}

export interface Refused {
  readonly why: string;
  readonly claims: number;
}

export interface ReplayedType {
  readonly type: string;
  readonly claims: number;
  readonly refused: readonly Refused[];
  readonly resources: readonly Compared[];
}

/** Claims whose amounts come from one config. */
export interface ReplayedVersion {
  readonly version: number;
  readonly claims: number;
  readonly players: number;
  readonly refused: readonly Refused[];
  readonly resources: readonly (Compared & { readonly players: Changes })[];
  /** By the largest difference first. */
  readonly types: readonly ReplayedType[];
}

export interface Apart {
  readonly why: NotReplayed;
  readonly claims: number;
  /** What one of them says of it. */
  readonly example: string | null;
  readonly moved: readonly { readonly resource: string; readonly amount: number }[];
}

export interface ReplayReport {
  /** With those apart. */
  readonly claims: number;
  readonly players: number;
  /** Newest first. */
  readonly versions: readonly ReplayedVersion[];
  readonly apart: readonly Apart[];
}

/** Takes claims by player, and those of a player in their order. */
export class ReplayReporter {
  readonly #replay: Replay;
  readonly #counters: ReadonlySet<string>;
  readonly #versions = new Map<number, VersionSums>();
  readonly #apart = new Map<
    NotReplayed,
    { claims: number; example: string | null; moved: Map<string, number> }
  >();
  #player = -1;
  #players = 0;
  #claims = 0;

  constructor(rules: BalanceRules) {
    this.#replay = new Replay(rules);
    const guarantees = countersOfTables([...rules.drawTables.values()]);
    this.#counters = new Set([...rules.counters.keys(), ...rules.streaks.keys(), ...guarantees]);
  }

  add(claim: StoredClaim): void {
    if (claim.player !== this.#player) this.#endPlayer(claim.player);
    const replayed = this.#replay.replay(claim);
    if (replayed.kind === 'nothing') return;
    this.#claims += 1;
    const paid = paidThen(claim);
    if (replayed.kind === 'apart') {
      const { why, detail } = replayed;
      const sums = kept(this.#apart, why, () => ({ claims: 0, example: detail, moved: new Map() }));
      sums.claims += 1;
      addTo(sums.moved, paid);
      return;
    }
    const version = kept(this.#versions, claim.version, () => new VersionSums());
    version.add(claim.type, { paid, would: replayed.would, refused: replayed.refused });
  }

  /** What was found so far. Claims can be added afterwards, of other players. */
  report(): ReplayReport {
    this.#endPlayer(-1);
    return {
      claims: this.#claims,
      players: this.#players,
      versions: [...this.#versions]
        .toSorted(([a], [b]) => b - a)
        .map(([version, sums]) => ({ version, ...sums.report(this.#counters) })),
      apart: [...this.#apart]
        .map(([why, { claims, example, moved }]) => ({
          ...{ why, claims, example },
          moved: [...moved].map(([resource, amount]) => ({ resource, amount })).toSorted(byResource),
        }))
        .toSorted((a, b) => b.claims - a.claims),
    };
  }

  #endPlayer(next: number): void {
    if (this.#player !== -1) this.#players += 1;
    for (const sums of this.#versions.values()) sums.endPlayer();
    this.#player = next;
  }
}

interface Found {
  readonly paid: Amounts;
  readonly would: Amounts;
  readonly refused: string | null;
}

class Sums {
  claims = 0;
  readonly paid = new Map<string, number>();
  readonly would = new Map<string, number>();
  readonly #refused = new Map<string, number>();

  add({ paid, would, refused }: Found): void {
    this.claims += 1;
    addTo(this.paid, paid);
    addTo(this.would, would);
    if (refused !== null) this.#refused.set(refused, (this.#refused.get(refused) ?? 0) + 1);
  }

  refused(): Refused[] {
    return [...this.#refused]
      .map(([why, claims]) => ({ why, claims }))
      .toSorted((a, b) => b.claims - a.claims);
  }

  resources(counters: ReadonlySet<string>): Compared[] {
    return [...new Set([...this.paid.keys(), ...this.would.keys()])]
      .map((resource) => ({
        ...{ resource, isCounter: counters.has(resource) },
        paid: this.paid.get(resource) ?? 0,
        would: this.would.get(resource) ?? 0,
      }))
      .toSorted(byResource);
  }
}

class VersionSums {
  readonly #all = new Sums();
  readonly #types = new Map<string, Sums>();
  readonly #changes = new Map<string, Distribution>();
  readonly #ofPlayer = new Map<string, number>();
  #players = 0;
  #hasClaims = false;

  add(type: string, found: Found): void {
    this.#hasClaims = true;
    this.#all.add(found);
    kept(this.#types, type, () => new Sums()).add(found);
    addTo(this.#ofPlayer, found.would);
    for (const [resource, amount] of found.paid)
      this.#ofPlayer.set(resource, (this.#ofPlayer.get(resource) ?? 0) - amount);
  }

  endPlayer(): void {
    if (!this.#hasClaims) return;
    for (const [resource, change] of this.#ofPlayer)
      kept(this.#changes, resource, () => new Distribution()).add(change);
    this.#ofPlayer.clear();
    this.#players += 1;
    this.#hasClaims = false;
  }

  report(counters: ReadonlySet<string>): Omit<ReplayedVersion, 'version'> {
    return {
      ...{ claims: this.#all.claims, players: this.#players, refused: this.#all.refused() },
      resources: this.#all.resources(counters).map((compared) => ({
        ...compared,
        players: (this.#changes.get(compared.resource) ?? new Distribution()).changes(),
      })),
      types: [...this.#types]
        .map(([type, sums]) => ({
          ...{ type, claims: sums.claims, refused: sums.refused(), resources: sums.resources(counters) },
        }))
        .toSorted((a, b) => largest(b) - largest(a) || b.claims - a.claims),
    };
  }
}

function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function addTo(sums: Map<string, number>, amounts: Amounts): void {
  for (const [resource, amount] of amounts) sums.set(resource, (sums.get(resource) ?? 0) + amount);
}

function largest({ resources }: Pick<ReplayedType, 'resources'>): number {
  return Math.max(
    0,
    ...resources.map(({ isCounter, paid, would }) => (isCounter ? 0 : Math.abs(would - paid))),
  );
}

function byResource(a: { readonly resource: string }, b: { readonly resource: string }): number {
  return a.resource < b.resource ? -1 : 1;
}
