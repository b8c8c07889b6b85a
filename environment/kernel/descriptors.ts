import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StreamName } from "./outputs.js";
import { type SharedState, word } from "./shared-state.js";

/** Where to read what was written to the process's file descriptors 1 and 2, by whatever in it or below it. */
export type CapturedDescriptors = Record<StreamName, number>;

/** Written to a descriptor and looked for by its reader: what was written before is read then. */
export const markByte = 0;

/** How long what was written may take until it is read, in ms; what takes longer is shown later. */
const patienceMs = 500;

/**
 * Turns the descriptors 1 and 2 into pipes that this process reads: child processes inherit them, and native libraries
 * write to them. To be called before anything else opens files, as a descriptor that is closed is the next to be opened.
 *
 * What a process says of its own death nobody in it can read. A pair of helpers therefore passes all that is written to
 * 2 on to what 2 was, without the marks.
 *
 * @returns undefined where there are no named pipes (Windows): everything stays as it was then.
 */
export function captureDescriptors(): CapturedDescriptors | undefined {
  if (process.platform === "win32") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-output-"));
  try {
    // Else 0 would be the next to be opened.
    fstatSync(0);
    const [out, err, raw] = ["out", "err", "raw"].map((name) => join(folder, name));
    execFileSync("mkfifo", ["-m", "600", out, err, raw], { stdio: "ignore" });
    const reading = constants.O_RDONLY | constants.O_NONBLOCK;
    const stdout = openSync(out, reading);
    const stderr = openSync(err, reading);
    const held = startHelper(raw, err);
    // Node's own streams are made for a file, so that none of them makes the pipes of the children non-blocking.
    for (const [descriptor, name, fifo] of [
      [1, "stdout", out],
      [2, "stderr", raw],
    ] as const) {
      replace(descriptor, "/dev/null");
      void process[name];
      replace(descriptor, fifo);
    }
    closeSync(held);
    return { stdout, stderr };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the pipe's other end, to be closed once the process has that itself: until then there is no end to read. */
function startHelper(raw: string, err: string): number {
  // For both ways, so that opening one alone does not wait for the other.
  const held = openSync(raw, "r+");
  const from = openSync(raw, "r");
  const to = openSync(err, "w");
  const script = "trap '' PIPE INT TERM HUP; tee /dev/fd/3 | tr -d '\\000' >&2";
  spawn("/bin/sh", ["-c", script], { stdio: [from, "ignore", 2, to] })
    .on("error", () => {})
    .unref();
  for (const descriptor of [from, to]) closeSync(descriptor);
  return held;
}

function replace(descriptor: number, path: string): void {
  closeSync(descriptor);
  const opened = openSync(path, "w");
  if (opened !== descriptor) throw new Error(`${path} was opened as ${opened}, expected ${descriptor}`);
}

/** Makes a function that waits until what was written to both descriptors so far is on its way to the front end. */
export function createDescriptorSync(state: SharedState): () => void {
  const marks = [word.stdoutMarks, word.stderrMarks];
  return () => {
    const expected = marks.map((mark) => Atomics.load(state, mark) + 1);
    const end = performance.now() + patienceMs;
    for (const descriptor of [1, 2]) {
      try {
        writeSync(descriptor, Uint8Array.of(markByte));
      } catch {
        // It is full, and a child made it non-blocking.
        expected[descriptor - 1]--;
      }
    }
    marks.forEach((mark, index) => {
      for (;;) {
        const seen = Atomics.load(state, mark);
        const leftMs = end - performance.now();
        if (seen >= expected[index] || leftMs <= 0) return;
        Atomics.wait(state, mark, seen, leftMs);
      }
    });
  };
}
