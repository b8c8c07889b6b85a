/** Two things that could be paired, by their numbers on each side, and how good that pair is, above 0. */
export interface WeightedPair {
  reference: number;
  prediction: number;
  weight: number;
}

/**
 * Pairs one to one, the heaviest pair first; of equal weights the one with the lower numbers. No pairs give none.
 *
 * @returns some of the pairs given, each number of either side at most once.
 */
export function choosePairsGreedily<Pair extends WeightedPair>(pairs: readonly Pair[]): Pair[] {
  const [references, predictions] = [new Set<number>(), new Set<number>()];
  return [...pairs]
    .sort((a, b) => b.weight - a.weight || a.reference - b.reference || a.prediction - b.prediction)
    .filter(({ reference, prediction }) => {
      if (references.has(reference) || predictions.has(prediction)) return false;
      references.add(reference);
      predictions.add(prediction);
      return true;
    });
}

/** What one more pair is worth beside the weights: decides between equal sums, and nothing else. */
const morePairs = 1e-9;

/**
 * Pairs one to one with the largest sum of weights; of equal sums the one with more pairs. What hangs together is solved on
 * its own, so that the time is that of the largest group.
 *
 * @returns some of the pairs given, each number of either side at most once.
 */
export function choosePairsOptimally<Pair extends WeightedPair>(pairs: readonly Pair[]): Pair[] {
  return groupPairs(pairs).flatMap((group) => {
    const references = [...new Set(group.map(({ reference }) => reference))];
    const predictions = [...new Set(group.map(({ prediction }) => prediction))];
    const isTall = references.length > predictions.length;
    const [rows, columns] = isTall ? [predictions, references] : [references, predictions];
    const table: (Pair | undefined)[][] = rows.map(() => columns.map(() => undefined));
    const [rowAt, columnAt] = [rows, columns].map((ids) => new Map(ids.map((id, at) => [id, at])));
    for (const pair of group) {
      const [row, column] = isTall ? [pair.prediction, pair.reference] : [pair.reference, pair.prediction];
      table[rowAt.get(row)!][columnAt.get(column)!] = pair;
    }
    const costs = table.map((row) => row.map((pair) => (pair ? -(pair.weight + morePairs) : 0)));
    return assignRows(costs).flatMap((column, row) => table[row][column] ?? []);
  });
}

/** Pairs that share a number, directly or over others, together. */
function groupPairs<Pair extends WeightedPair>(pairs: readonly Pair[]): Pair[][] {
  const groupOf = { reference: new Map<number, Pair[]>(), prediction: new Map<number, Pair[]>() };
  for (const pair of pairs) {
    const near = [groupOf.reference.get(pair.reference), groupOf.prediction.get(pair.prediction)];
    const group = near[0] ?? near[1] ?? [];
    group.push(pair);
    if (near[0] && near[1] && near[0] !== near[1])
      for (const moved of near[1]) {
        group.push(moved);
        groupOf.reference.set(moved.reference, group);
        groupOf.prediction.set(moved.prediction, group);
      }
    groupOf.reference.set(pair.reference, group);
    groupOf.prediction.set(pair.prediction, group);
  }
  return [...new Set(groupOf.reference.values())];
}

/**
 * The assignment of each row to a column of its own that costs least, by shortest augmenting paths with potentials (Kuhn 1955,
 * Munkres 1957, in the form of Jonker and Volgenant 1987): `rows^2 x columns` steps.
 *
 * @param costs as many columns as rows, or more; finite.
 * @returns the column of each row.
 */
export function assignRows(costs: readonly (readonly number[])[]): number[] {
  const rows = costs.length;
  const columns = rows === 0 ? 0 : costs[0].length;
  // Row and column 0 stand for "none"; `rowOf[0]` is the row that looks for a column.
  const [rowPotential, columnPotential] = [new Float64Array(rows + 1), new Float64Array(columns + 1)];
  const rowOf = new Int32Array(columns + 1);
  const cameFrom = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    let column = 0;
    const slack = new Float64Array(columns + 1).fill(Infinity);
    const isVisited = new Uint8Array(columns + 1);
    do {
      isVisited[column] = 1;
      const from = rowOf[column];
      let [step, next] = [Infinity, 0];
      for (let c = 1; c <= columns; c++) {
        if (isVisited[c]) continue;
        const reduced = costs[from - 1][c - 1] - rowPotential[from] - columnPotential[c];
        if (reduced < slack[c]) {
          slack[c] = reduced;
          cameFrom[c] = column;
        }
        if (slack[c] < step) [step, next] = [slack[c], c];
      }
      for (let c = 0; c <= columns; c++)
        if (isVisited[c]) {
          rowPotential[rowOf[c]] += step;
          columnPotential[c] -= step;
        } else slack[c] -= step;
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[cameFrom[column]];
      column = cameFrom[column];
    }
  }
  const columnOf = new Array<number>(rows).fill(0);
  for (let c = 1; c <= columns; c++) if (rowOf[c] > 0) columnOf[rowOf[c] - 1] = c - 1;
  return columnOf;
}
