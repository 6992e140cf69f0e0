/** What can be measured: something that bears a load, with every answer checked, and the process that does it. */
import { type Exchange, httpLines } from '../load/http-lines.ts';
import { type Load, sendAll, type Timing } from '../load/send-all.ts';

export interface Subject {
  /** In the JSON file. */
  readonly name: string;
  /** In the tables. */
  readonly title: string;
  /** The API's process, whose CPU time and memory are taken; null: Postgres alone, asked by the bench itself. */
  readonly pid: number | null;
  /** Whether it asks the database by Neon's endpoint, where requests are counted. */
  readonly neon: boolean;
  /** How many of its requests are sent for one of the plan: a very quick answer needs more of them to be measured. */
  readonly multiple: number;
  run(load: Load): Promise<Timing>;
  /** Ends what it runs on. More than once is fine: subjects may share a process. */
  stop(): Promise<void>;
}

interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export function httpSubject(
  { pid, port, stop }: Server,
  {
    next,
    neon = true,
    multiple = 1,
    ...names
  }: { name: string; title: string; next: () => Exchange; neon?: boolean; multiple?: number },
): Subject {
  const open = httpLines({ port, next });
  return { ...names, pid, neon, multiple, stop, run: (load) => sendAll(open, load) };
}
