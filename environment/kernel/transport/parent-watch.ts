/**
 * Calls `onGone` once the process that started this one has ended.
 *
 * @param startedBy process id of the parent as the parent told it, where it did: it may have gone before this process
 *   could look.
 */
export function watchParent(startedBy: number | undefined, onGone: () => void, everyMs = 500): void {
  const parent = process.ppid;
  if (startedBy !== undefined && startedBy !== parent) return onGone();
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
}

/** Windows never changes the parent's id, so there the process itself is looked for. */
function isAlive(pid: number): boolean {
  if (process.platform !== "win32") return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
