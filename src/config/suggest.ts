/** The known name that an unknown one probably is a misspelling of, for messages to designers. */

/** ` (did you mean "gold"?)`, or nothing where no known name is close. */
export function suggestion(unknown: string, known: Iterable<string>): string {
  const most = Math.ceil(unknown.length / 3);
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    // Another length alone is a distance.
    if (Math.abs(name.length - unknown.length) > most) continue;
    const distance = distanceBetween(unknown, name);
    if (distance <= most && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best === null ? '' : ` (did you mean "${best.name}"?)`;
}

/** How many letters must be added, removed or replaced (Levenshtein), without regard to case. */
function distanceBetween(from: string, to: string): number {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] as number) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
