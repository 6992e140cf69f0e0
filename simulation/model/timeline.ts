/** Every player's balances as they were at each version, and which claim took which name when: what the model has done so far. */
import type { Balances, Change, FurtherKey, LedgerView } from './effect.ts';

interface Granted {
  readonly id: string;
  readonly player: string;
  readonly version: number;
  readonly operation: string;
  readonly claimedAt: number;
  readonly changes: readonly Change[];
}

export class Timeline {
  /** By player; the index is the version. */
  readonly #states = new Map<string, Balances[]>();
  /** By player and resource: when it was moved, and which version that made. */
  readonly #moves = new Map<string, { readonly version: number; readonly at: number }[]>();
  readonly #claims = new Map<string, Granted>();
  readonly #names = new Map<string, Granted>();
  readonly #further = new Map<string, Granted>();

  version(player: string): number {
    return this.#of(player).length - 1;
  }

  at(player: string, version: number): Balances | undefined {
    return this.#of(player)[version];
  }

  /** Adds a granted claim: a version for each of its players, and its names. */
  grant(
    granted: Granted,
    claim: { type: string; key: string; furtherKeys: readonly FurtherKey[] },
    players: readonly string[],
  ): void {
    const { id, player, claimedAt, changes } = granted;
    this.#claims.set(id, granted);
    this.#names.set(`${player}\n${claim.type}\n${claim.key}`, granted);
    for (const { type, key } of claim.furtherKeys) this.#further.set(`${player}\n${type}\n${key}`, granted);
    for (const one of players) {
      const states = this.#of(one);
      const next: Record<string, number> = { ...states.at(-1) };
      for (const { player: moved, resource, after } of changes) {
        if (moved !== one) continue;
        next[resource] = after;
        const moves = this.#moves.get(`${one}\n${resource}`) ?? [];
        moves.push({ version: states.length, at: claimedAt });
        this.#moves.set(`${one}\n${resource}`, moves);
      }
      states.push(next);
    }
  }

  /** As the ledger was when this player stood at this version; other players as `versions` says, or as they are now. */
  view(player: string, version: number, versions: ReadonlyMap<string, number> = new Map()): LedgerView {
    const versionOf = (one: string) => (one === player ? version : (versions.get(one) ?? this.version(one)));
    return {
      balances: (one) => this.at(one, versionOf(one)) ?? {},
      movedAt: (one, resource) =>
        this.#moves.get(`${one}\n${resource}`)?.findLast((move) => move.version <= versionOf(one))?.at ??
        null,
      grantedClaim: (id) => {
        const claim = this.#claims.get(id);
        return claim && claim.player === player && claim.version <= version
          ? { operation: claim.operation, moved: claim.changes }
          : null;
      },
    };
  }

  takenBy(player: string, version: number, type: string, key: string): string | null {
    return this.#taken(this.#names, `${player}\n${type}\n${key}`, version);
  }

  furtherTakenBy(player: string, version: number, { type, key }: FurtherKey): string | null {
    return this.#taken(this.#further, `${player}\n${type}\n${key}`, version);
  }

  #taken(names: ReadonlyMap<string, Granted>, name: string, version: number): string | null {
    const claim = names.get(name);
    return claim && claim.version <= version ? claim.id : null;
  }

  #of(player: string): Balances[] {
    let states = this.#states.get(player);
    if (!states) {
      states = [{}];
      this.#states.set(player, states);
    }
    return states;
  }
}
