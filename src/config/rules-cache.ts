/** Compiled rules by the digest of their documents, bounded in size: one cache per isolate, which config/load.ts fills. */
import type { BalanceRules } from '../domain/rules.ts';
import { MAX_DOCUMENT_BYTES } from './bounds.ts';
import { compileBalanceConfig, compileForReceipts } from './compile.ts';
import { canonicalJson, sha256Hex } from './json.ts';
import type { ConfigAnswer, ConfigPointer, PublishedConfig } from './published.ts';

/**
 * The canonical JSON of the documents whose rules are kept: ten of the largest size. Compiled rules take 16 times as much memory,
 * so these take 40 of an isolate's 128 MB.
 */
export const MAX_KEPT_BYTES = 10 * MAX_DOCUMENT_BYTES;
/** What a document counts at least: its digest is sent with every operation, so there are at most 40. */
const MIN_COUNTED_BYTES = MAX_DOCUMENT_BYTES / 4;
/** What rules are for: to decide operations, or to show the receipt of an earlier claim, for which little is compiled. */
type Use = 'current' | 'replay';
/** Longer than any request, so that rules which replays need now are not evicted while one of these is under way. */
const IN_USE_MS = 60_000;

interface Kept {
  readonly rules: BalanceRules;
  /** Of rules that are compiled for replays only: what the rest is compiled from. */
  readonly rest: unknown;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Compiled rules by digest, bounded by the size of their documents. One cache per isolate. Where replays need more versions than fit,
 * those that came first stay and the others are compiled each time. Evicting the least recently used would compile all of them.
 */
export class RulesCache {
  /** The least recently used first. */
  readonly #bySha = new Map<string, Kept>();
  readonly #now: () => number;
  readonly #isCurrent: (sha256: string) => boolean;
  #bytes = 0;

  constructor(now: () => number, isCurrent: (sha256: string) => boolean) {
    this.#now = now;
    this.#isCurrent = isCurrent;
  }

  /** The rules of a document that is in the cache, under this version. A rollback shares the document. */
  find({ version, sha256 }: ConfigPointer, use: Use): BalanceRules | null {
    const kept = this.#bySha.get(sha256);
    if (kept === undefined || (use === 'current' && kept.rest !== null)) return null;
    const rules = kept.rules.version === version ? kept.rules : { ...kept.rules, version };
    this.#delete(sha256);
    this.#add({ ...kept, rules, usedAt: this.#now() });
    return rules;
  }

  digests(): readonly string[] {
    return [...this.#bySha.keys()];
  }

  /** Compiles a document whose digest matches. Anything else is corrupt or was tampered with. */
  async compile({ version, sha256, document: sent }: PublishedConfig, use: Use): Promise<ConfigAnswer> {
    const known = this.find({ version, sha256 }, use);
    if (known !== null) return { kind: 'rules', rules: known };
    const document = sent ?? this.#bySha.get(sha256)?.rest ?? null;
    if (document === null)
      return { kind: 'unavailable', why: `balance config ${version} is no longer in memory` };
    const text = canonicalOrNull(document);
    if (text === null || (await sha256Hex(text)) !== sha256) {
      return { kind: 'unavailable', why: `balance config ${version} does not match its digest` };
    }
    const isReplay = use === 'replay';
    const result = (isReplay ? compileForReceipts : compileBalanceConfig)(document, { version, sha256 });
    if (result.kind === 'rules') {
      const { rules } = result;
      const bytes = Math.max(text.length, MIN_COUNTED_BYTES);
      this.#keep({ rules, rest: isReplay ? document : null, bytes, usedAt: this.#now() }, use);
      return { kind: 'rules', rules };
    }
    const first = result.problems[0];
    return {
      kind: 'unavailable',
      why: `balance config ${version} is invalid: ${first?.path}: ${first?.message}`,
    };
  }

  /** Makes room by evicting rules that are not in use, and for current rules by evicting any. Without room it keeps nothing. */
  #keep(added: Kept, use: Use): void {
    // Another request may have compiled the same document meanwhile.
    this.#delete(added.rules.sha256);
    for (const [sha256, { usedAt }] of this.#bySha) {
      if (this.#bytes + added.bytes <= MAX_KEPT_BYTES) break;
      // Where the kernel answers, no request names the current one, but each operation that is decided under it needs it.
      if (use === 'replay' && this.#isCurrent(sha256)) continue;
      // Absolute, because a clock may be set back.
      if (use === 'replay' && Math.abs(added.usedAt - usedAt) < IN_USE_MS) return;
      this.#delete(sha256);
    }
    this.#add(added);
  }

  #add(kept: Kept): void {
    this.#bySha.set(kept.rules.sha256, kept);
    this.#bytes += kept.bytes;
  }

  #delete(sha256: string): void {
    this.#bytes -= this.#bySha.get(sha256)?.bytes ?? 0;
    this.#bySha.delete(sha256);
  }
}

/** Null for a document whose nesting exceeds the stack. */
function canonicalOrNull(document: unknown): string | null {
  try {
    return canonicalJson(document);
  } catch {
    return null;
  }
}
