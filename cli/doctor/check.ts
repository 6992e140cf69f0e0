/** What a check of `npm run doctor` gets and answers. */
import type pg from 'pg';
import type { ReadKv } from '../config-kv.ts';
import { withClient } from '../connect.ts';
import type { WranglerSettings } from './read-settings.ts';

/** A deployment, as far as the command knows it. Null: not given, so what needs it is skipped. */
export interface Deployment {
  /** The Worker's address without a path. */
  readonly origin: string | null;
  /** A stack on this machine needs no TLS, no placement and no closed schema. */
  readonly isLocal: boolean;
  /** The app role's connection string, as in the secret DATABASE_URL. */
  readonly databaseUrl: string | null;
  readonly ownerDatabaseUrl: string | null;
  /** What wrangler.toml says. */
  readonly settings: WranglerSettings;
  readonly readKv: ReadKv | null;
}

export interface Finding {
  /** What is wrong, with the value that was found. Never a password or a token. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
}

export type CheckResult =
  /** `notices`: what is off, and may be. */
  | { readonly kind: 'sound'; readonly note: string; readonly notices?: readonly string[] }
  | { readonly kind: 'wrong'; readonly findings: readonly Finding[] }
  | { readonly kind: 'skipped'; readonly why: string };

export interface Check {
  readonly name: string;
  readonly run: (deployment: Deployment) => Promise<CheckResult>;
}

/** Sound where nothing was found. */
export function resultOf(findings: readonly Finding[], note: string): CheckResult {
  return findings.length === 0 ? { kind: 'sound', note } : { kind: 'wrong', findings };
}

export const skipped = (why: string): CheckResult => ({ kind: 'skipped', why });

/** Runs the check on a connection of the app role. */
export function asApp(run: (client: pg.Client, deployment: Deployment) => Promise<CheckResult>) {
  return (deployment: Deployment): Promise<CheckResult> =>
    deployment.databaseUrl === null
      ? Promise.resolve(skipped('needs --database-url or DATABASE_URL'))
      : withClient(deployment.databaseUrl, (client) => run(client, deployment));
}

/** Runs the check on a connection of the owner. */
export function asOwner(run: (client: pg.Client, deployment: Deployment) => Promise<CheckResult>) {
  return (deployment: Deployment): Promise<CheckResult> =>
    deployment.ownerDatabaseUrl === null
      ? Promise.resolve(skipped('needs --owner-database-url or OWNER_DATABASE_URL'))
      : withClient(deployment.ownerDatabaseUrl, (client) => run(client, deployment));
}
