/**
 * What happened to each intent, for the panel that shows it. It is kept over a reload of the page, and decides nothing: the outbox keeps
 * its own records.
 */
import type { Settled, StoredIntent } from '@onceward/client';
import type { Passage } from './network.ts';
import { type Summary, summaryOf, titleOf } from './words.ts';

export type StepKind = 'stored' | 'resumed' | Passage['kind'] | 'handled';

export interface Step {
  readonly kind: StepKind;
  readonly at: number;
}

export interface Entry {
  readonly key: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Null while the intent is in the outbox. */
  readonly summary: Summary | null;
}

const MOST_ENTRIES = 30;
const MOST_STEPS = 40;

export class Journal {
  readonly #stored: string;
  readonly #onChange: () => void;
  #entries: readonly Entry[];
  readonly #known = new Set<string>();

  constructor(player: string, onChange: () => void) {
    this.#stored = `tower:journal:${player}`;
    this.#onChange = onChange;
    this.#entries = JSON.parse(sessionStorage.getItem(this.#stored) ?? '[]') as Entry[];
  }

  /** The newest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Notes intents that the outbox has and this page has not seen. Those with steps were left by the page before it. */
  see(intents: readonly StoredIntent[], isStart: boolean): void {
    for (const { key, operation, input } of intents) {
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      const title = titleOf(operation, input);
      this.#note(key, isStart ? 'resumed' : 'stored', title);
    }
  }

  passed({ key, kind }: Passage): void {
    this.#note(key, kind);
  }

  /** Returns null where this was handled before: an outcome may be delivered twice. */
  settle(settled: Settled): Summary | null {
    const { key, operation, input } = settled;
    const known = this.#entries.find((entry) => entry.key === key);
    if (known?.summary) return null;
    const summary = summaryOf(settled);
    this.#note(key, 'handled', titleOf(operation, input as unknown as Record<string, unknown>), summary);
    return summary;
  }

  clear(): void {
    this.#entries = this.#entries.filter(({ summary }) => summary === null);
    this.#save();
  }

  #note(key: string, kind: StepKind, title?: string, summary: Summary | null = null): void {
    const known = this.#entries.find((entry) => entry.key === key);
    const step: Step = { kind, at: Date.now() };
    if (known) {
      const changed = {
        ...known,
        steps: [...known.steps, step].slice(-MOST_STEPS),
        summary: summary ?? known.summary,
      };
      this.#entries = this.#entries.map((entry) => (entry === known ? changed : entry));
    } else {
      const entry = { key, title: title ?? 'Request', steps: [step], summary };
      this.#entries = [entry, ...this.#entries].slice(0, MOST_ENTRIES);
    }
    this.#save();
  }

  #save(): void {
    sessionStorage.setItem(this.#stored, JSON.stringify(this.#entries));
    this.#onChange();
  }
}
