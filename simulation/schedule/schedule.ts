/**
 * The schedule of a seed: all intents, the order in which they are sent and repeated, and all faults. It depends on the seed
 * and the number of operations alone, so that a run can be repeated.
 */
import type { ClientFault } from '../../packages/conformance/src/fault-proxy.ts';
import type { Draw, Operation } from '../operation.ts';
import { Random } from '../random.ts';
import {
  type ConfigChange,
  type DatabaseFault,
  type Disturbance,
  drawClientFault,
  drawConfigChange,
  drawDatabaseFault,
  drawDisturbances,
} from './faults.ts';
import { type Draft, drawKey, type Intent, SECOND_MUTATIONS, type SecondMutation, TOKENS } from './intent.ts';
import { drawLaneFault, type LaneFault } from './lane-faults.ts';
import {
  type Category,
  HOT_CLAIMS,
  HOT_SHARE,
  KV_NEVER_UPDATES_SHARE,
  MIX,
  NOTHING_CANCELLED_SHARE,
  SECOND_MUTATION_SHARE,
  type Share,
  STAMPEDE_SHARE,
  STAMPEDE_SHARE_OF_MANUAL,
  STAMPEDE_SIZES,
} from './mix.ts';
import { drawZone, sentByServer } from './senders.ts';
import { createWorld, drawPlayer, type World } from './world.ts';

export interface SendSlot {
  readonly kind: 'send';
  readonly category: Category;
  /** More than one in a stampede: all are sent at the same moment. */
  readonly intents: readonly Intent[];
  readonly clientFault: ClientFault | null;
  readonly databaseFault: DatabaseFault | null;
  /** Injected only where operations go through lanes. */
  readonly laneFault: LaneFault | null;
  /** The ticket has expired, as in a retry a day later. */
  readonly expiredTicket: boolean;
  /** The document has two mutations, so none may run and the key stays free. */
  readonly secondMutation: SecondMutation | null;
}

export interface ReadSlot {
  readonly kind: 'read';
  readonly what: 'player' | 'ledger' | 'offers' | 'claimables';
  readonly player: string;
  readonly asServer: boolean;
}

export type Slot = SendSlot | ReadSlot | { readonly kind: 'config'; readonly change: ConfigChange };

export interface Schedule {
  readonly world: World;
  readonly slots: readonly Slot[];
  readonly intents: readonly Intent[];
  readonly disturbances: readonly Disturbance[];
  /** KV stays as it was before the seed, whatever is published: the pointer of an isolate never becomes current. */
  readonly kvNeverUpdates: boolean;
  /** Neon does not cancel the query of a Worker that is gone. */
  readonly nothingCancelled: boolean;
}

export interface Sizes {
  readonly seed: string;
  readonly operations: number;
}

export function drawSchedule(
  { seed, operations }: Sizes,
  operationKinds: ReadonlyMap<string, Operation>,
): Schedule {
  const scheduler = new Scheduler(seed, operationKinds);
  const slots = Array.from({ length: operations }, () => scheduler.next());
  const disturbances = drawDisturbances(new Random(`${seed}/disturbances`), operations);
  const kvNeverUpdates = new Random(`${seed}/kv`).chance(KV_NEVER_UPDATES_SHARE);
  const nothingCancelled = new Random(`${seed}/neon`).chance(NOTHING_CANCELLED_SHARE);
  const { world, intents } = scheduler;
  return { world, slots, intents, disturbances, kvNeverUpdates, nothingCancelled };
}

/** Invalid idempotency keys. */
const WRONG_KEYS = [
  '',
  'fifteen-letters',
  'x'.repeat(256),
  'sixteen letters!',
  'key-\ud800-lone-surrogate',
  'key-\0-with-a-nul-in',
  'schlüssel-mit-umlaut',
];

const SHARES: readonly Share[] = ['fresh', 'spending', 'manual'];

class Scheduler {
  readonly world: World;
  readonly intents: Intent[] = [];
  readonly #random: Random;
  /** Of its own, so that the requests of a seed do not depend on the faults of lanes. */
  readonly #laneRandom: Random;
  /** Of its own, like that of lanes. */
  readonly #zoneRandom: Random;
  /** Of its own, like that of lanes. */
  readonly #documentRandom: Random;
  /** Of its own, like that of lanes. */
  readonly #serverRandom: Random;
  readonly #operations: ReadonlyMap<string, Operation>;
  /** Intents that may be granted. Replays and second claims repeat one of these. */
  readonly #earlier: Intent[] = [];

  constructor(seed: string, operations: ReadonlyMap<string, Operation>) {
    this.world = createWorld(seed);
    this.#random = new Random(`${seed}/schedule`);
    this.#laneRandom = new Random(`${seed}/lanes`);
    this.#zoneRandom = new Random(`${seed}/zones`);
    this.#documentRandom = new Random(`${seed}/documents`);
    this.#serverRandom = new Random(`${seed}/servers`);
    this.#operations = operations;
  }

  next(): Slot {
    const random = this.#random;
    const category = random.weighted(Object.entries(MIX).map(([name, share]) => [share, name as Category]));
    if (category === 'config') return { kind: 'config', change: drawConfigChange(random) };
    if (category === 'read') {
      const player = drawPlayer(this.world, random);
      const what = random.pick(['player', 'ledger', 'offers', 'claimables'] as const);
      return { kind: 'read', what, player, asServer: random.chance(0.5) };
    }
    const intents = this.#stampede(category, this.#intentFor(category));
    return {
      kind: 'send',
      category,
      intents,
      clientFault: drawClientFault(random),
      databaseFault: drawDatabaseFault(random),
      laneFault: drawLaneFault(this.#laneRandom),
      expiredTicket: category === 'replay' && random.chance(0.1),
      secondMutation: this.#secondMutation(intents),
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

  #fresh(share: Share): Intent {
    const operation = this.#operationIn(share);
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
      const again = operation.drawSameClaim(draftOf(original), this.#draw());
      if (again) return this.#keep(operation, again);
    }
    return null;
  }

  /** The same key with other input, for another mutation, or for another player, whose keys are separate. */
  #keyReuse(): Intent | null {
    const original = this.#recent();
    if (!original) return null;
    const random = this.#random;
    const { key, player } = original;
    if (random.chance(0.3)) {
      const other = this.#operationIn('fresh');
      return this.#keep(other, { ...other.draw(this.#draw()), key });
    }
    if (random.chance(0.3)) {
      const other = this.#operationIn('spending');
      return this.#keep(other, { ...other.draw({ ...this.#draw(), player }), key });
    }
    const operation = this.#operation(original.operation);
    return this.#keep(operation, {
      ...original,
      input: operation.alterInput(original.input, this.#draw()),
      key,
    });
  }

  #unauthorised(): Intent {
    const random = this.#random;
    const operation = this.#operationIn(random.pick(SHARES));
    if (random.chance(0.6))
      return this.#keep(operation, operation.drawForbidden(this.#draw()), { repeatable: false });
    const token = random.pick(TOKENS.slice(1));
    const draft: Draft = { ...operation.draw(this.#draw()), token, expectedFault: 'UNAUTHENTICATED' };
    return this.#keep(operation, draft, { repeatable: false });
  }

  #boundary(): Intent {
    const random = this.#random;
    const operation = this.#operationIn(random.pick(SHARES));
    if (random.chance(0.7))
      return this.#keep(operation, operation.drawBoundary(this.#draw()), { repeatable: false });
    const draft = operation.draw(this.#draw());
    const key = random.pick(WRONG_KEYS);
    return this.#keep(operation, { ...draft, key, expectedFault: 'BAD_USER_INPUT' }, { repeatable: false });
  }

  /** Many intents at once: the same request, the same claim under different keys, or competing requests. */
  #stampede(category: Category, intent: Intent): Intent[] {
    const random = this.#random;
    const operation = this.#operation(intent.operation);
    const share = category === 'manual' ? STAMPEDE_SHARE_OF_MANUAL : STAMPEDE_SHARE;
    const ofItsOwn = category === 'fresh' ? operation.stampedes : undefined;
    if (intent.expectedFault || !random.chance(ofItsOwn ?? share)) return [intent];
    const size = random.pick(STAMPEDE_SIZES);
    if (category === 'replay' || random.chance(0.5)) return Array.from({ length: size }, () => intent);
    const repeatable = category !== 'boundary';
    const draft = draftOf(intent);
    const another = (_: unknown, index: number) => {
      const rival = index % 2 === 0 ? operation.drawRival?.(draft, this.#draw()) : undefined;
      return this.#keep(operation, rival ?? operation.drawSameClaim(draft, this.#draw()) ?? draft, {
        repeatable,
      });
    };
    return [intent, ...Array.from({ length: size - 1 }, another)];
  }

  /** Only for requests that are valid otherwise: which of two faults is answered is nobody's concern. */
  #secondMutation(intents: readonly Intent[]): SecondMutation | null {
    const random = this.#documentRandom;
    const isDrawn = random.chance(SECOND_MUTATION_SHARE);
    return isDrawn && !intents.some(({ expectedFault }) => expectedFault)
      ? random.pick(SECOND_MUTATIONS)
      : null;
  }

  #draw(): Draw {
    return { random: this.#random, world: this.world, number: this.intents.length, earlier: this.#earlier };
  }

  #operationIn(share: Share): Operation {
    return this.#random.weighted(
      [...this.#operations.values()].map((operation) => [operation.weights[share] ?? 0, operation] as const),
    );
  }

  #operation(name: string): Operation {
    const operation = this.#operations.get(name);
    if (!operation) throw new Error(`There is no operation "${name}" in simulation/operations.`);
    return operation;
  }

  /** `repeatable`: later intents may repeat or vary it. Values at a bound are not varied, as the variant could be beyond it. */
  #keep({ name, isCall }: Operation, drawn: Draft, { repeatable = true } = {}): Intent {
    const number = this.intents.length;
    const draft = sentByServer(this.#serverRandom, this.world, name, drawn);
    const key = draft.key ?? drawKey(this.#random, `${this.world.seed}-${number}`);
    const { zone: _, ...others } = draft;
    const zone = draft.actor.kind === 'player' ? drawZone(this.#zoneRandom, draft.player) : null;
    const intent: Intent = {
      ...others,
      ...(zone !== null && { zone }),
      number,
      operation: name,
      key,
      ...(isCall && { isCall }),
      ...(draft.actor.id === this.world.scoped.id && { isHourly: true }),
    };
    this.intents.push(intent);
    if (repeatable && draft.expectedFault === drawn.expectedFault) this.#earlier.push(intent);
    return intent;
  }
}

function draftOf({ key: _key, number: _number, operation: _operation, isCall: _, ...draft }: Intent): Draft {
  return draft;
}
