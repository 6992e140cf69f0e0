/**
 * Compiled rules by digest, a few of them: the current ones, and those of claims replayed from before a change. One
 * cache for an isolate; it holds plain values only, never a promise that belongs to some request.
 */
import type { BalanceRules } from '../domain/rules.ts';
import { compileBalanceConfig } from './compile.ts';
import { canonicalJson, sha256Hex } from './digest.ts';
import type { ConfigAnswer, ConfigPointer, PublishedConfig } from './published.ts';

const MAX_RULES = 8;

export class RulesCache {
  readonly #bySha = new Map<string, BalanceRules>();

  /** Rules under this version, if their document has been compiled before. A rollback shares its document. */
  find({ version, sha256 }: ConfigPointer): BalanceRules | null {
    const rules = this.#bySha.get(sha256);
    if (rules === undefined) return null;
    return this.#keep(rules.version === version ? rules : { ...rules, version });
  }

  findVersion(version: number): BalanceRules | null {
    for (const rules of this.#bySha.values()) if (rules.version === version) return rules;
    return null;
  }

  /** Compiles a document after comparing it with its digest: a document that was tampered with is no config. */
  async compile({ version, sha256, document }: PublishedConfig): Promise<ConfigAnswer> {
    const known = this.find({ version, sha256 });
    if (known !== null) return { kind: 'rules', rules: known };
    if ((await digestOf(document)) !== sha256) {
      return { kind: 'unavailable', why: `balance config ${version} does not match its digest` };
    }
    const result = compileBalanceConfig(document, { version, sha256 });
    if (result.kind === 'rules') return { kind: 'rules', rules: this.#keep(result.rules) };
    const first = result.problems[0];
    return {
      kind: 'unavailable',
      why: `balance config ${version} is invalid: ${first?.path} ${first?.message}`,
    };
  }

  /** Moves the entry to the young end and drops the eldest. */
  #keep(rules: BalanceRules): BalanceRules {
    this.#bySha.delete(rules.sha256);
    this.#bySha.set(rules.sha256, rules);
    const eldest = this.#bySha.keys().next().value;
    if (this.#bySha.size > MAX_RULES && eldest !== undefined) this.#bySha.delete(eldest);
    return rules;
  }
}

/** Null for a document nested too deep to be walked. */
async function digestOf(document: unknown): Promise<string | null> {
  try {
    return await sha256Hex(canonicalJson(document));
  } catch {
    return null;
  }
}
