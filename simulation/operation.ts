/**
 * What an operation tells the simulation: how it is drawn, sent and varied, and what it does to the balances. A file in
 * operations/ whose default export is an Operation joins every part of the run: schedule, journal, model, invariants.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from './clients/document.ts';
import type { Effect, Step } from './model/effect.ts';
import type { Random } from './random.ts';
import type { Draft, Intent, Json } from './schedule/intent.ts';
import { drawPlayer, type World } from './schedule/world.ts';

/** What is at hand where an intent is drawn. Everything comes from the seed, nothing from an answer. */
export interface Draw {
  readonly random: Random;
  readonly world: World;
  /** The number that the intent will have: for names that nobody else in this seed has. */
  readonly number: number;
  /** What was drawn before, oldest first: for operations about an earlier one. */
  readonly earlier: readonly Intent[];
  /** Whose it must be; left out: anybody's. */
  readonly player?: string;
}

/** Whose operation it is to be. */
export function subjectOf({ world, random, player }: Draw): string {
  return player ?? drawPlayer(world, random);
}

/** The player's version, which a client may send along: the one seen, or one before it. */
export function drawExpectation({ random }: Draw): Pick<Draft, 'expectedVersion'> {
  if (!random.chance(0.04)) return {};
  return { expectedVersion: random.chance(0.6) ? 'seen' : 'stale' };
}

/** What is only known where an intent is sent for the first time; then it is part of the input. */
export interface Sending {
  readonly expectedVersion: number | null;
  /** The ID of the claim that an earlier intent was granted; a made-up one where no answer has told it yet. */
  claimIdOf(intent: number): string;
}

export interface Operation<Input extends object = object> {
  /** The mutation's field in the schema. */
  readonly name: string;
  readonly document: Document;
  /** Its weight within each share of the mix that it belongs to (see schedule/mix.ts). */
  readonly shares: { readonly fresh?: number; readonly spending?: number; readonly manual?: number };
  /** The part of the balance document that it needs, and the numbers that its effect reckons with. */
  readonly balance?: (random: Random) => { readonly document: object; readonly numbers: object };
  /** A request as clients make them: it may be granted or refused, and each player in it may be any of the world's. */
  draw(draw: Draw): Draft<Input>;
  /** Other input, for the same idempotency key. */
  alter(input: Input, draw: Draw): Input;
  /** The same business claim again, for another key, perhaps by somebody else. Null: it has none but its key. */
  again(original: Draft<Input>, draw: Draw): Draft<Input> | null;
  /**
   * What meets it head-on where many are sent at one barrier: a transfer the other way, an award from the same budget. Left
   * out: more of the same.
   */
  rival?(original: Draft<Input>, draw: Draw): Draft<Input>;
  /** Somebody who may not: `refusal` says with which code. */
  trespass(draw: Draw): Draft<Input>;
  /** Values at and beyond the bounds; with a `refusal` where the value itself is one. */
  boundary(draw: Draw): Draft<Input>;
  /** The mutation's input, but for key, expected version and ticket. Called once for each intent. */
  variables(intent: Draft<Input>, sending: Sending): { readonly [field: string]: Json };
  /** For a claim that a player makes: what the game server's ticket says. */
  ticket?(
    intent: Draft<Input>,
  ): { readonly type: string; readonly key: string; readonly facts: object } | null;
  /** What it must do, reckoned from the numbers in force, the balances found and what the answer tells of chance and time. */
  effect(step: Step<Input>): Effect;
}

const FOLDER = join(import.meta.dirname, 'operations');

/** Every operation there is, by name. */
export async function loadOperations(): Promise<ReadonlyMap<string, Operation>> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.ts')).sort();
  const loaded = await Promise.all(files.map((name) => import(join(FOLDER, name))));
  return new Map(loaded.map(({ default: operation }) => [operation.name, operation as Operation]));
}
