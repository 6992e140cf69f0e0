/** The input of spendStatPoints, by stat: `spending({ energy: 1, health: 2 })`. */
export function spending(points: Readonly<Record<string, number | undefined>>) {
  return { points: Object.entries(points).map(([stat, points = 0]) => ({ stat, points })) };
}
