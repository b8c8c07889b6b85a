import { format, inspect } from "node:util";

/** Writes text to one of the two streams. */
export type Write = (name: "stdout" | "stderr", text: string) => void;

/** Sends what cells log to the streams, worded as Node's console words it; returns the browser's own functions. */
export function captureConsole(write: Write): Console {
  const own = { ...console };
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = "";

  const print =
    (name: "stdout" | "stderr") =>
    (...values: unknown[]): void =>
      write(name, `${indent}${format(...values).replaceAll("\n", `\n${indent}`)}\n`);
  const [log, warn] = [print("stdout"), print("stderr")];
  const elapsed = (label: string): string | undefined => {
    const since = timers.get(label);
    return since === undefined ? undefined : `${label}: ${formatMs(performance.now() - since)}`;
  };

  Object.assign(console, {
    log,
    info: log,
    debug: log,
    warn,
    error: warn,
    trace: (...values: unknown[]) => warn(`Trace: ${format(...values)}`),
    dir: (value: unknown, options: object = {}) => log(inspect(value, { customInspect: false, ...options })),
    dirxml: log,
    table: (value: unknown) => log(value),
    assert(isTrue: unknown, ...values: unknown[]) {
      if (!isTrue) warn(values.length > 0 ? `Assertion failed: ${format(...values)}` : "Assertion failed");
    },
    group(...values: unknown[]) {
      if (values.length > 0) log(...values);
      indent += "  ";
    },
    groupEnd() {
      indent = indent.slice(2);
    },
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      log(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = "default") => void counts.delete(label),
    time: (label = "default") => void timers.set(label, performance.now()),
    timeLog: (label = "default", ...values: unknown[]) =>
      log(elapsed(label) ?? `No such label '${label}'`, ...values),
    timeEnd(label = "default") {
      log(elapsed(label) ?? `No such label '${label}'`);
      timers.delete(label);
    },
  });
  return own;
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${Number(ms.toFixed(3))}ms` : `${(ms / 1000).toFixed(3)}s`;
}
