/** What can be measured: a server in a process of its own, and an endless supply of requests whose answers can be checked. */
import type { Exchange } from '../load/send-all.ts';

export interface Subject {
  /** In the JSON file. */
  readonly name: string;
  /** In the table. */
  readonly title: string;
  /** Whose CPU time and memory are taken. */
  readonly pid: number;
  readonly port: number;
  /** How many of its requests are sent for one of the plan: a very quick answer needs more of them to be measured. */
  readonly multiple: number;
  next(): Exchange;
}
