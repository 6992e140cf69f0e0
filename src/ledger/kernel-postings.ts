/** Postings, and choices between them, as the kernel takes them. Member names are those of the SQL types. */

export interface KernelPosting {
  readonly resource: string;
  readonly delta: number;
  readonly floor: number;
  /** The ceiling is `ceiling + ceiling_per_unit × the balance of ceiling_of`. */
  readonly ceiling: number;
  readonly ceiling_per_unit: number;
  readonly ceiling_of: string | null;
  readonly clamp: boolean;
  /** Of a progress counter: what it loses first where its last change is older; `-infinity`: nothing. `reset_by` null: all. */
  readonly reset_before?: string;
  readonly reset_by?: number | null;
  /** What does not fit is given as another resource; absent: it is lost. */
  readonly converts?: KernelConversion;
}

/** `rate` units of the resource for each unit that did not fit. Ceiling and clamp are as in a posting. */
export interface KernelConversion
  extends Pick<KernelPosting, 'resource' | 'ceiling' | 'ceiling_per_unit' | 'ceiling_of' | 'clamp'> {
  readonly rate: number;
}

/** What a progress counter must have reached; its reset as in a posting. */
export interface KernelRequirement {
  readonly counter: string;
  readonly at_least: number;
  readonly reset_before: string;
  readonly reset_by: number | null;
}

export interface KernelCondition {
  readonly resource: string;
  readonly at_least: number;
}

export interface KernelChoice {
  readonly one_of: readonly {
    /** All of them must hold; empty: it is always taken. */
    readonly when: readonly KernelCondition[];
    /** Recorded with the claim, in this order. */
    readonly draws: readonly unknown[];
    readonly postings: readonly KernelPosting[];
    /** Which price it pays; absent: it is no price. */
    readonly paid_with?: number;
  }[];
}

export interface KernelSourceKey {
  /** True: taken once in the whole game; false: once per player. */
  readonly game: boolean;
  readonly resource: string;
  readonly key: string;
}
