import type { Key } from "../../core/random.js";

/**
 * Puts items in a random order in which every beginning is stratified: among the first m of N items, each stratum has
 * less than one item more or fewer than its exact share of m. So any prefix is a fair sample and shorter prefixes lie
 * within longer ones.
 *
 * Within a stratum items are shuffled; whose turn it is follows Tijdeman's solution of the chairman assignment problem
 * (Discrete Mathematics 32, 1980), which bounds the deviation by 1 - 1 / (2 k - 2) for k strata.
 *
 * @param strata items by stratum; the result depends on the order of the items within a stratum, not on the order of the
 *   strata. Strata without items are passed over.
 */
export function orderEvenly<T>(strata: ReadonlyMap<string, readonly T[]>, key: Key): T[] {
  const names = [...strata.keys()].filter((name) => strata.get(name)!.length > 0).sort();
  const queues = names.map((name) => key.split("stratum").split(name).stream().shuffle(strata.get(name)!));
  const sizes = queues.map((queue) => queue.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const taken = new Array<number>(names.length).fill(0);
  // Who wins a tie is random too, or the first name would always come first.
  const rank = key
    .split("ties")
    .stream()
    .shuffle(names.map((_, k) => k));
  const order: T[] = [];
  // Whole numbers in place of shares: a tie is then a tie on every machine.
  const scale = Math.max(1, 2 * names.length - 2);
  for (let m = 1; m <= total; m++) {
    let chosen = -1;
    for (const k of rank) {
      if (taken[k] === sizes[k]) continue;
      const lag = (m * sizes[k] - taken[k] * total) * scale;
      if (names.length > 1 && lag < total) continue;
      if (chosen < 0 || isDueBefore(k, chosen)) chosen = k;
    }
    order.push(queues[chosen][taken[chosen]++]);
  }
  return order;

  /** Whether stratum `a` would fall more than the bound behind at an earlier m than stratum `b`. */
  function isDueBefore(a: number, b: number): boolean {
    const due = (k: number): number => (scale - 1 + taken[k] * scale) / sizes[k];
    return due(a) < due(b);
  }
}
