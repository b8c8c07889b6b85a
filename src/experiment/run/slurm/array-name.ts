/** The name of an array in the queue, from which {@link readArrayName} has the base again. */
export function nameArray(name: string, base: number): string {
  return base === 0 ? name : `${name}+${base}`;
}

/** What is added to the numbers of an array's tasks; `undefined` for a name of other work. */
export function readArrayName(text: string, name: string): number | undefined {
  if (text === name) return 0;
  const base = text.startsWith(`${name}+`) ? Number(text.slice(name.length + 1)) : NaN;
  return Number.isInteger(base) ? base : undefined;
}
