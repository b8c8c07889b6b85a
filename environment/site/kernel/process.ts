import { threadStart } from "tumorlab/internal/platform/browser/page";

/** As much of Node's `process` as the compiler, tslab and cells ask for. */
interface PageProcess {
  /** By which packages see that this is no Node. */
  browser: true;
  version: string;
  versions: Record<string, string>;
  env: Record<string, string>;
  argv: string[];
  platform: string;
  stdout: { write(text: string): boolean };
  stderr: { write(text: string): boolean };
  cwd(): string;
  nextTick(work: (...args: unknown[]) => void, ...args: unknown[]): void;
  emitWarning(): void;
}

/** Puts a `process` where code looks for it. `write` is told what is written, and where. */
export function installProcess(write: (name: "stdout" | "stderr", text: string) => void): void {
  const stream = (name: "stdout" | "stderr") => ({
    write(text: string) {
      write(name, text);
      return true;
    },
  });
  const value: PageProcess = {
    browser: true,
    // The oldest that the lab runs on: cells are compiled for it.
    version: "v20.19.0",
    versions: {},
    env: {},
    argv: [],
    platform: "browser",
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    cwd: () => threadStart.folder,
    nextTick: (work, ...args) => queueMicrotask(() => work(...args)),
    emitWarning() {},
  };
  Object.defineProperty(globalThis, "process", { value, configurable: true, writable: true });
}
