/**
 * The schedule of a seed: every intent, in which order they are sent and sent again, and what goes wrong when. It depends
 * on the seed and the sizes alone, so that it can be repeated; what the system makes of it is the system's.
 */
import type { Draw, Operation } from '../operation.ts';
import { Random } from '../random.ts';
import { type Disturbance, drawDisturbance } from './disturbances.ts';
import { type DatabaseFault, drawDatabaseFault, drawFrontFault, type FrontFault } from './faults.ts';
import type { Draft, Intent } from './intent.ts';
import { TOKENS } from './intent.ts';
import { drawKey } from './keys.ts';
import {
  type Category,
  HOT_CLAIMS,
  HOT_SHARE,
  MIX,
  STAMPEDE_SHARE,
  STAMPEDE_SHARE_OF_MANUAL,
  STAMPEDE_SIZES,
} from './mix.ts';
import { createWorld, drawPlayer, type World } from './world.ts';

export interface Sent {
  readonly kind: 'send';
  readonly category: Category;
  /** Several: all at one barrier. */
  readonly intents: readonly Intent[];
  readonly front: FrontFault | null;
  readonly database: DatabaseFault | null;
  /** A retry long after: the ticket has expired since. */
  readonly expiredTicket: boolean;
}

export type Slot =
  | Sent
  | {
      readonly kind: 'read';
      readonly what: 'player' | 'ledger';
      readonly player: string;
      readonly asServer: boolean;
    }
  | { readonly kind: 'config'; readonly change: ConfigChange };

export type ConfigChange =
  | { readonly kind: 'publish'; readonly variant: number }
  | { readonly kind: 'kv'; readonly state: KvState }
  | { readonly kind: 'staff'; readonly disabled: boolean };

export const KV_STATES = [
  'sound',
  'missing',
  'corrupt_pointer',
  'corrupt_document',
  'other_document',
  'stale',
  'failing',
] as const;
export type KvState = (typeof KV_STATES)[number];

export interface Schedule {
  readonly world: World;
  readonly slots: readonly Slot[];
  readonly intents: readonly Intent[];
  /** What else breaks, before which slot. */
  readonly disturbances: readonly Disturbance[];
}

export const VARIANTS = 6;

export interface Sizes {
  readonly seed: string;
  readonly operations: number;
}

export function drawSchedule({ seed, operations }: Sizes, known: ReadonlyMap<string, Operation>): Schedule {
  const scheduler = new Scheduler(seed, known);
  const slots = Array.from({ length: operations }, () => scheduler.next());
  const disturbances = drawDisturbance(new Random(`${seed}/disturbances`), operations);
  return { world: scheduler.world, slots, intents: scheduler.intents, disturbances };
}

class Scheduler {
  readonly world: World;
  readonly intents: Intent[] = [];
  readonly #random: Random;
  readonly #known: ReadonlyMap<string, Operation>;
  /** Intents that may be granted: what replays and second claims are drawn from. */
  readonly #earlier: Intent[] = [];

  constructor(seed: string, known: ReadonlyMap<string, Operation>) {
    this.world = createWorld(seed);
    this.#random = new Random(`${seed}/schedule`);
    this.#known = known;
  }

  next(): Slot {
    const random = this.#random;
    const category = random.weighted(Object.entries(MIX).map(([name, share]) => [share, name as Category]));
    if (category === 'config') return { kind: 'config', change: drawConfigChange(random) };
    if (category === 'read') {
      const player = drawPlayer(this.world, random);
      return { kind: 'read', what: random.pick(['player', 'ledger']), player, asServer: random.chance(0.5) };
    }
    const intents = this.#stampede(category, this.#intentFor(category));
    return {
      kind: 'send',
      category,
      intents,
      front: drawFrontFault(random),
      database: drawDatabaseFault(random),
      expiredTicket: category === 'replay' && random.chance(0.1),
    };
  }

  #intentFor(category: Exclude<Category, 'config' | 'read'>): Intent {
    switch (category) {
      case 'fresh':
      case 'spending':
      case 'manual':
        return this.#fresh(category);
      case 'replay':
        return this.#recent() ?? this.#fresh('fresh');
      case 'same_claim':
        return this.#sameClaim() ?? this.#fresh('fresh');
      case 'key_reuse':
        return this.#keyReuse() ?? this.#fresh('fresh');
      case 'unauthorised':
        return this.#unauthorised();
      case 'boundary':
        return this.#boundary();
    }
  }

  #fresh(share: 'fresh' | 'spending' | 'manual'): Intent {
    const operation = this.#operationOf(share);
    return this.#keep(operation, operation.draw(this.#draw()));
  }

  #recent(): Intent | undefined {
    const random = this.#random;
    const hot = random.chance(HOT_SHARE) ? this.#earlier.slice(-HOT_CLAIMS) : this.#earlier;
    return hot.length > 0 ? random.pick(hot) : undefined;
  }

  #sameClaim(): Intent | null {
    for (let tries = 0; tries < HOT_CLAIMS; tries += 1) {
      const original = this.#recent();
      if (!original) return null;
      const operation = this.#operation(original.operation);
      const { key: _key, number: _number, operation: _operation, ...draft } = original;
      const again = operation.again(draft, this.#draw());
      if (again) return this.#keep(operation, again);
    }
    return null;
  }

  /** The same key for other input, for another mutation, or for another player, to whom it is a key like any other. */
  #keyReuse(): Intent | null {
    const original = this.#recent();
    if (!original) return null;
    const random = this.#random;
    const { key, player } = original;
    if (random.chance(0.3)) {
      const other = this.#operationOf('fresh');
      return this.#keep(other, { ...other.draw(this.#draw()), key });
    }
    if (random.chance(0.3)) {
      const other = this.#operationOf('spending');
      return this.#keep(other, { ...other.draw({ ...this.#draw(), player }), key });
    }
    const operation = this.#operation(original.operation);
    return this.#keep(operation, { ...original, input: operation.alter(original.input, this.#draw()), key });
  }

  #unauthorised(): Intent {
    const random = this.#random;
    const operation = this.#operationOf(random.pick(['fresh', 'spending', 'manual']));
    if (random.chance(0.6)) return this.#keep(operation, operation.trespass(this.#draw()), { apart: true });
    const token = random.pick(TOKENS.slice(1));
    const draft: Draft = { ...operation.draw(this.#draw()), token, refusal: 'UNAUTHENTICATED' };
    return this.#keep(operation, draft, { apart: true });
  }

  #boundary(): Intent {
    const random = this.#random;
    const operation = this.#operationOf(random.pick(['fresh', 'spending', 'manual']));
    if (random.chance(0.7)) return this.#keep(operation, operation.boundary(this.#draw()), { apart: true });
    const draft = operation.draw(this.#draw());
    const wrong = random.pick([
      '',
      'fifteen-letters',
      'x'.repeat(129),
      'sixteen letters!',
      'key-\ud800-lone-surrogate',
      'key-\0-with-a-nul-in',
      'schlüssel-mit-umlaut',
    ]);
    return this.#keep(operation, { ...draft, key: wrong, refusal: 'BAD_USER_INPUT' }, { apart: true });
  }

  /** Many at once: the same request, the same claim under keys of their own, or spenders of the same points. */
  #stampede(category: Category, intent: Intent): Intent[] {
    const random = this.#random;
    const share = category === 'manual' ? STAMPEDE_SHARE_OF_MANUAL : STAMPEDE_SHARE;
    if (intent.refusal || !random.chance(share)) return [intent];
    const size = random.pick(STAMPEDE_SIZES);
    const operation = this.#operation(intent.operation);
    const { key: _key, number: _number, operation: _operation, ...draft } = intent;
    if (category === 'replay' || random.chance(0.5)) return Array.from({ length: size }, () => intent);
    const apart = category === 'boundary';
    const another = (_: unknown, index: number) => {
      const rival = index % 2 === 0 ? operation.rival?.(draft, this.#draw()) : undefined;
      return this.#keep(operation, rival ?? operation.again(draft, this.#draw()) ?? draft, { apart });
    };
    return [intent, ...Array.from({ length: size - 1 }, another)];
  }

  #draw(): Draw {
    return { random: this.#random, world: this.world, number: this.intents.length, earlier: this.#earlier };
  }

  #operationOf(share: 'fresh' | 'spending' | 'manual'): Operation {
    return this.#random.weighted(
      [...this.#known.values()].map((operation) => [operation.shares[share] ?? 0, operation] as const),
    );
  }

  #operation(name: string): Operation {
    const operation = this.#known.get(name);
    if (!operation) throw new Error(`there is no operation ${name}`);
    return operation;
  }

  /** `apart`: nothing is ever drawn from it again. What was made from a value at the bounds could be beyond them. */
  #keep({ name }: Operation, draft: Draft, { apart = false } = {}): Intent {
    const number = this.intents.length;
    const key = draft.key ?? drawKey(this.#random, `${this.world.seed}-${number}`);
    const intent: Intent = { ...draft, number, operation: name, key };
    this.intents.push(intent);
    if (!apart) this.#earlier.push(intent);
    return intent;
  }
}

function drawConfigChange(random: Random): ConfigChange {
  return random.weighted<ConfigChange>([
    [3, { kind: 'publish', variant: random.int(0, VARIANTS - 1) }],
    [3, { kind: 'kv', state: 'sound' }],
    [3, { kind: 'kv', state: random.pick(KV_STATES.slice(1)) }],
    [1, { kind: 'staff', disabled: true }],
    [2, { kind: 'staff', disabled: false }],
  ]);
}
