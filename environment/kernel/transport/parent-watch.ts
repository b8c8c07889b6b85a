/**
 * Calls `onGone` once the process that started this one has ended.
 *
 * @param startedBy process id of the parent as the parent told it, where it did: it may have gone before this process
 *   could look.
 * @param everyMs how often to look.
 * @param parentId where the parent's id is read; the system's own unless a test says otherwise.
 */
export function watchParent(
  startedBy: number | undefined,
  onGone: () => void,
  everyMs = 500,
  parentId: () => number = () => process.ppid,
): void {
  const parent = parentId();
  if (startedBy !== undefined && startedBy !== parent) return onGone();
  const timer = setInterval(() => {
    if (parentId() === parent && isAlive(parent)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
}

/** Windows never changes the parent's id, so the process itself is looked for as well. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
