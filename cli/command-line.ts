/** What all commands share: parsing options with --help, finding the owner's database, and ending with an error message. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { showProgress } from './progress.ts';

/** The addresses of a running local stack. `npm run dev` writes them to a file that the other commands read. */
export interface LocalStack {
  readonly url: string;
  readonly adminUrl: string;
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export const LOCAL_STACK_FILE = '.onceward/dev.json';

/** Where a command prints. Tests call commands with one that collects. */
export interface Output {
  readonly log: (text: string) => void;
  readonly error: (text: string) => void;
  readonly progress: (message: string) => void;
  readonly colours: boolean;
}

/** Colours on a terminal alone, and not where NO_COLOR is set. */
const TERMINAL: Output = {
  log: console.log,
  error: console.error,
  progress: showProgress,
  colours: process.stdout.isTTY && !process.env.NO_COLOR,
};

/** Ends a command before its end: with its help, or with what is wrong with its command line. */
export class CommandEnded extends Error {
  readonly exitCode: 0 | 2;

  constructor(exitCode: 0 | 2, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Throws `CommandEnded` for --help and for options that do not exist. */
export function parseArguments<const O extends NonNullable<ParseArgsConfig['options']>>({
  help,
  options,
  args,
}: {
  readonly help: string;
  readonly options: O;
  readonly args: readonly string[];
}) {
  try {
    const parsed = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      args: [...args],
    });
    if ((parsed.values as { help?: boolean }).help) throw new CommandEnded(0, help);
    return parsed as ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;
  } catch (error) {
    if (error instanceof CommandEnded) throw error;
    throw new CommandEnded(2, `${(error as Error).message}\n\n${help}`);
  }
}

/** Parses the arguments of this process, and ends it where `parseArguments` throws. */
export function parseCommandLine<const O extends NonNullable<ParseArgsConfig['options']>>(command: {
  readonly help: string;
  readonly options: O;
}) {
  try {
    return parseArguments({ ...command, args: process.argv.slice(2) });
  } catch (error) {
    if (!(error instanceof CommandEnded)) throw error;
    process.exit(print(error, TERMINAL));
  }
}

/** Takes the arguments and returns the exit code. */
export type Command = (args: readonly string[], output: Output) => Promise<number>;

/** Runs a command to its exit code. The message of an error is printed without its stack trace. */
export async function runCommand(command: Command, args: readonly string[], output: Output): Promise<number> {
  try {
    return await command(args, output);
  } catch (error) {
    return print(error, output);
  }
}

/** Runs the command as this process. After an error nothing that is still open keeps the process. */
export async function runAsProcess(command: Command): Promise<void> {
  const exitCode = await command(process.argv.slice(2), TERMINAL).catch((error: unknown) =>
    process.exit(print(error, TERMINAL)),
  );
  process.exitCode = exitCode;
}

function print(error: unknown, output: Output): number {
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = error instanceof CommandEnded ? error.exitCode : 1;
  if (exitCode === 0) output.log(message);
  else output.error(message);
  return exitCode;
}

/** The connection string of the owner: the given one, else OWNER_DATABASE_URL, else that of the running local stack. */
export async function ownerDatabaseUrl(given: string | undefined): Promise<string> {
  const url = given ?? process.env.OWNER_DATABASE_URL;
  if (url) return url;
  return (await readLocalStack()).ownerDatabaseUrl;
}

/** The address of the API: the given one, else ONCEWARD_URL, else that of the running local stack. */
export async function localApiUrl(given: string | undefined): Promise<string> {
  const url = given ?? process.env.ONCEWARD_URL;
  if (url) return url;
  return (await readLocalStack()).url;
}

async function readLocalStack(): Promise<LocalStack> {
  const text = await readFile(LOCAL_STACK_FILE, 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(
      'No database or URL given and no local stack is running. Pass --database-url or --url, set OWNER_DATABASE_URL, or start a local stack with `npm run dev`.',
    );
  }
  return JSON.parse(text) as LocalStack;
}

/** Ends the command with the message of the error, without its stack trace. */
export function fail(error: unknown): never {
  process.exit(print(error, TERMINAL));
}
