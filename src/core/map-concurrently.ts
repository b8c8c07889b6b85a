/**
 * What a function gives for each of some items, in their order, with at most `width` of them under way: for many small files, whose
 * disk may be far away. The first that fails ends it. No items give an empty list.
 */
export async function mapConcurrently<T, U>(
  items: readonly T[],
  width: number,
  use: (item: T) => Promise<U>,
): Promise<U[]> {
  const results = new Array<U>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await use(items[at]);
    }
  };
  const stop = (error: unknown): never => {
    next = items.length;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, () => lane().catch(stop)));
  return results;
}
