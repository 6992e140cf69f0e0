/** The date in the games' time zone, which is UTC. `time`: in milliseconds since 1970. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
