/** SQLSTATEs of a database that is down, out of connections, or busy with other transactions. */
const UNAVAILABLE = /^(08|40|53|55|57)/;

/** What cannot be injected because the database is down or busy is left out. Any other error of the database is one of the run. */
export async function zeroIfUnavailable(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { code = '' } = error as { readonly code?: string };
    if (/^[0-9A-Z]{5}$/.test(code) && !UNAVAILABLE.test(code)) throw error;
    return 0;
  }
}
