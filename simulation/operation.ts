/**
 * What the simulation has to know of an operation: how to draw, send and vary its requests, and what it does to the balances.
 * A file in operations/ whose default export is an `Operation` takes part in every run; nothing else registers it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnsweredItem } from './clients/journal.ts';
import { type Offer, termsOf } from './game/terms.ts';
import type { Effect, EffectContext } from './model/effect.ts';
import type { Rules } from './model/rules.ts';
import { Random } from './random.ts';
import type { Draft, Intent, Json } from './schedule/intent.ts';
import type { Share } from './schedule/mix.ts';
import { drawPlayer, type SeedFacts, type World } from './schedule/world.ts';

/** What an operation draws its intents from. All of it comes from the seed, nothing from an answer. */
export interface Draw {
  readonly random: Random;
  readonly world: World;
  /** The number of the new intent, for names that are unique within the seed. */
  readonly number: number;
  /** The intents before it, oldest first, for operations that refer to one of them. */
  readonly earlier: readonly Intent[];
  /** The player whom the intent must be about. Left out: any player. */
  readonly player?: string;
}

export interface SendContext {
  readonly expectedVersion: number | null;
  /** The ID of the claim that an earlier intent was granted, or a made-up ID if no answer has shown it yet. */
  claimIdOf(intent: number): string;
  /** The numbers of the config that was published last, or of another one. */
  rulesShown(which: 'current' | 'stale'): Rules;
}

export interface Operation<Input extends object = object> {
  /** It makes several claims. Left out: one. */
  readonly isCall?: true;
  /** The mutation's field in the schema. Its document is generated from it. */
  readonly name: string;
  /** The part of its first requests that many clients send at the same moment. Left out: that of schedule/mix.ts. */
  readonly stampedes?: number;
  /** How often it is drawn, within each part of the mix (schedule/mix.ts). */
  readonly weights: Partial<Readonly<Record<Share, number>>>;
  /** The part of the balance config that it needs, and the numbers that its effect computes with. */
  readonly drawConfig?: (
    random: Random,
    facts: SeedFacts,
  ) => { readonly document: object; readonly numbers: object };
  /** A request as clients make it. It may be granted or rejected. */
  draw(draw: Draw): Draft<Input>;
  /** Other input for the same idempotency key. */
  alterInput(input: Input, draw: Draw): Input;
  /** A request for the same business claim, for another key and perhaps by another actor. Null: only its key identifies it. */
  drawSameClaim(original: Draft<Input>, draw: Draw): Draft<Input> | null;
  /**
   * A request that competes with this one in a stampede, such as a transfer in the other direction. Left out: more requests of
   * the same kind.
   */
  drawRival?(original: Draft<Input>, draw: Draw): Draft<Input>;
  /** A request that its actor may not make. `expectedFault` is set. */
  drawForbidden(draw: Draw): Draft<Input>;
  /** Values at and beyond the bounds. `expectedFault` is set if the value itself is invalid. */
  drawBoundary(draw: Draw): Draft<Input>;
  /** The mutation's input without key, expected version and ticket. Called once for each intent. */
  toInput(intent: Draft<Input>, context: SendContext): { readonly [field: string]: Json };
  /** Of a call: the input of an item, as its effect knows it. */
  itemInput?(item: AnsweredItem): Input;
  /** What the game server's ticket contains, for a claim by a player. */
  ticket?(
    intent: Draft<Input>,
  ): { readonly type: string; readonly key: string; readonly facts: object } | null;
  /** What the operation must do, given the numbers in force, the balances, and the recorded claim. */
  effect(context: EffectContext<Input>): Effect;
}

/** The player whom a new intent is about. */
export function subjectOf({ world, random, player }: Draw): string {
  return player ?? drawPlayer(world, random);
}

/** Now and then the player's version that the client has seen, or the one before it. */
export function drawExpectedVersion({ random }: Draw): Pick<Draft, 'expectedVersion'> {
  if (!random.chance(0.04)) return {};
  return { expectedVersion: random.chance(0.6) ? 'seen' : 'stale' };
}

/** Now and then the terms that the client has seen, those of another config, or some that never were. */
export function drawTerms({ world, number }: Draw): Pick<Draft, 'terms'> {
  // Of its own, so that the other draws of a seed do not depend on it.
  const random = new Random(`${world.seed}/terms/${number}`);
  if (!random.chance(0.15)) return {};
  return {
    terms: random.weighted([
      [12, 'current'],
      [6, 'stale'],
      [2, random.text('0123456789abcdef', 32)],
    ]),
  };
}

/** The terms to send. Null offer: the config has nothing by this name, so nothing was shown. */
export function termsToSend(
  { terms }: Draft,
  { rulesShown }: SendContext,
  offerUnder: (rules: Rules) => Offer | null,
): { readonly terms?: string } {
  if (terms !== 'current' && terms !== 'stale') return terms === undefined ? {} : { terms };
  const offer = offerUnder(rulesShown(terms));
  return offer ? { terms: termsOf(offer) } : {};
}

const RECENT = 120;

/** The latest intents of an operation, for operations that refer to one of them while it may still be running. */
export function recentIntents({ earlier }: Draw, operation: string): Intent[] {
  return earlier.slice(-RECENT).filter((intent) => intent.operation === operation);
}

const FOLDER = join(import.meta.dirname, 'operations');

/** All operations, by name. */
export async function loadOperations(): Promise<ReadonlyMap<string, Operation>> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.ts')).sort();
  const loaded = await Promise.all(files.map((name) => import(join(FOLDER, name))));
  return new Map(loaded.map(({ default: operation }) => [operation.name, operation as Operation]));
}
