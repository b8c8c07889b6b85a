/** Bytes of work between two pauses. */
const stretchBytes = 4 * 1024 * 1024;

/** Lets the page answer its reader now and then during long work: what only awaits what is there already never does. */
export function createPauses(): (bytes: number) => Promise<void> {
  let since = 0;
  return async (bytes) => {
    since += bytes;
    if (since < stretchBytes) return;
    since = 0;
    await new Promise((resolve) => setTimeout(resolve));
  };
}
