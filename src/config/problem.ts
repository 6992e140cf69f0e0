/** A fault in a balance document: where it is, and what to do about it, in words for a game designer. */
export interface Problem {
  /** `claimTypes.pve_victory.rewards.lumees`, `tiers.list[2].from`; empty: the document itself. */
  readonly path: string;
  readonly message: string;
}

/** How a check tells what it found. */
export type Fault = (path: readonly PropertyKey[], message: string) => void;

export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}
