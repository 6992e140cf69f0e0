/** Where the database is for a subject: next door, or as far away as the proxy puts it. */
import type { Distance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';

export interface Access {
  /** Names keys and players of this access, so that no two collide. */
  readonly label: string;
  /** For Workers: by Neon's endpoint. */
  readonly databaseUrl: string;
  readonly endpointUrl: string;
  /** For peers: straight to Postgres. */
  readonly peerDatabaseUrl: string;
}

export function nearAccess({ database, peerDatabaseUrl }: Stack): Access {
  const { databaseUrl, endpointUrl } = database;
  return { label: 'near', databaseUrl, endpointUrl, peerDatabaseUrl };
}

/** The Worker names the database to the endpoint, which is beside it: only the way to the endpoint is long. */
export async function farAccess(stack: Stack, distance: Distance): Promise<Access> {
  const near = nearAccess(stack);
  const lengthen = async (url: string) => {
    const far = new URL(url);
    far.port = String(await distance.open(Number(far.port)));
    return far.href;
  };
  return {
    label: 'far',
    databaseUrl: near.databaseUrl,
    endpointUrl: await lengthen(near.endpointUrl),
    peerDatabaseUrl: await lengthen(near.peerDatabaseUrl),
  };
}
