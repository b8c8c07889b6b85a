/** Memory as a person reads it, such as "160 MB"; empty where it is not known. */
export function describeMemory(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  const megabytes = bytes / 1e6;
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}

/** What a kernel does, and for how long it has done nothing: "busy", "idle for 12 min". */
export function describeState(state: string, idleMs: number): string {
  if (state !== "idle") return state;
  const minutes = Math.floor(idleMs / 60_000);
  if (minutes < 1) return "idle";
  return minutes < 120 ? `idle for ${minutes} min` : `idle for ${Math.round(minutes / 60)} h`;
}
