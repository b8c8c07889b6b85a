/** Rows put together by the name of their cluster, such as the patient. */
export interface Clusters {
  /** Cluster names in the order of their first row. */
  names: readonly string[];
  /** For each row, the index of its cluster in `names`. */
  indexOfRow: Int32Array;
}

/** Groups rows by name: `nameOfRow[i]` is the cluster of row `i`. No rows give no clusters. */
export function groupClusters(nameOfRow: readonly string[]): Clusters {
  const index = new Map<string, number>();
  const indexOfRow = new Int32Array(nameOfRow.length);
  nameOfRow.forEach((name, row) => {
    let cluster = index.get(name);
    if (cluster === undefined) index.set(name, (cluster = index.size));
    indexOfRow[row] = cluster;
  });
  return { names: [...index.keys()], indexOfRow };
}
