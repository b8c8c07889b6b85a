import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ScanPlace } from "./open-scan.js";
import type { ScanAnswer, ScanQuestion } from "./scan-thread.js";

/** What scans that are open may take. */
export interface HeldLimits {
  /** Threads at most; the one that was asked longest ago goes. Default 4: a scan and its label map, twice. */
  scans?: number;
  /** Bytes of voxels, of all together; one alone may take more. Default 1 GiB. */
  bytes?: number;
  /** A scan that nobody asked for so long goes. Default 10 minutes. */
  idleMs?: number;
}

/** The answer to a question, or a sentence on what is wrong with the scan. */
export type HeldAnswer = { value: unknown } | { refusal: string };

interface Held {
  thread: Worker;
  version: string;
  bytes: number;
  /** Questions without an answer yet. */
  open: Map<number, { resolve: (answer: HeldAnswer) => void; reject: (error: Error) => void }>;
  timer: ReturnType<typeof setTimeout> | undefined;
  description: Promise<HeldAnswer> | undefined;
  isDescribed: boolean;
}

/**
 * The scans that are open, each in a thread of its own, so that the server stays awake while one is read. A scan whose file
 * has changed is read anew. Scans are read one after the other: two large ones at once may be more than the memory holds.
 */
export class HeldScans {
  private readonly held = new Map<string, Held>();
  private readonly limits: Required<HeldLimits>;
  private reading: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  private lastId = 0;

  constructor(limits: HeldLimits = {}) {
    this.limits = { scans: 4, bytes: 2 ** 30, idleMs: 600_000, ...limits };
  }

  /** How many are held. */
  get count(): number {
    return this.held.size;
  }

  /** Changes with the file, or with the list of files of a folder. */
  async versionOf({ file }: ScanPlace): Promise<string> {
    const { mtimeMs, size, ino } = await stat(file);
    return `${Math.round(mtimeMs)}-${size}-${ino}`;
  }

  /**
   * Asks a scan, which is opened where it is not.
   *
   * @throws Error where its thread fails
   */
  async ask(place: ScanPlace, question: ScanQuestion): Promise<HeldAnswer> {
    const version = await this.versionOf(place);
    const key = JSON.stringify([place.file, place.series, place.asLabels]);
    const known = this.held.get(key);
    if (known && known.version !== version) this.drop(key, known, "its file has changed");
    const held = this.held.get(key) ?? (await this.open(key, place, version));
    if (question.ask !== "describe" && !held.isDescribed) {
      const refused = await this.describe(key, held);
      if ("refusal" in refused) return refused;
    }
    return question.ask === "describe" ? this.describe(key, held) : this.put(key, held, question);
  }

  close(): void {
    this.isClosed = true;
    for (const [key, held] of [...this.held]) this.drop(key, held, "the server ends");
  }

  /** Waits until the one before is read to its end, and starts a thread. */
  private async open(key: string, place: ScanPlace, version: string): Promise<Held> {
    const before = this.reading;
    let go = (): void => undefined;
    this.reading = new Promise<void>((resolve) => (go = resolve));
    await before;
    if (this.isClosed) throw new Error("The server ends.");
    const already = this.held.get(key);
    if (already) {
      go();
      return already;
    }
    const held: Held = {
      thread: new Worker(join(__dirname, "scan-thread.js"), { workerData: place }),
      version,
      bytes: 0,
      open: new Map(),
      timer: undefined,
      description: undefined,
      isDescribed: false,
    };
    this.held.set(key, held);
    held.thread.on("message", (answer: ScanAnswer) => {
      const waiting = held.open.get(answer.id);
      held.open.delete(answer.id);
      if ("bytes" in answer && answer.bytes !== held.bytes) {
        held.bytes = answer.bytes;
        this.makeRoom(key);
      }
      waiting?.resolve(answer);
    });
    held.thread.once("error", (error: Error) => this.drop(key, held, error.message));
    held.thread.once("exit", (code) => {
      go();
      this.drop(key, held, `its thread ended with code ${code}`);
    });
    this.makeRoom(key);
    // Asked first, since it answers at the end of the reading: the thread reads when it is asked to describe.
    void this.put(key, held, { ask: "whole" })
      .catch(() => undefined)
      .finally(go);
    return held;
  }

  /** The description; a scan that cannot be opened, or is several, is not held. */
  private async describe(key: string, held: Held): Promise<HeldAnswer> {
    const answer = await (held.description ??= this.put(key, held, { ask: "describe" }));
    const isHeld = "value" in answer && !("series" in (answer.value as object));
    if (isHeld) held.isDescribed = true;
    else this.drop(key, held, "there is nothing to hold");
    return answer;
  }

  private put(key: string, held: Held, question: ScanQuestion): Promise<HeldAnswer> {
    if (this.held.get(key) !== held)
      return Promise.reject(new Error("The scan was let go meanwhile: ask again."));
    this.watchIdle(key, held);
    // The one that was asked last stands at the end.
    this.held.delete(key);
    this.held.set(key, held);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      held.open.set(id, { resolve, reject });
      held.thread.postMessage({ id, question });
    });
  }

  /** Lets a scan go that nobody asked for; one that is still being read or asked is waited for. */
  private watchIdle(key: string, held: Held): void {
    clearTimeout(held.timer);
    held.timer = setTimeout(() => {
      if (held.open.size > 0) this.watchIdle(key, held);
      else this.drop(key, held, "nobody asked for it");
    }, this.limits.idleMs);
    held.timer.unref();
  }

  private makeRoom(keep: string): void {
    const { scans, bytes } = this.limits;
    const total = (): number => [...this.held.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [key, each] of [...this.held])
      if (key !== keep && each.open.size === 0 && (this.held.size > scans || total() > bytes))
        this.drop(key, each, "others need its memory");
  }

  private drop(key: string, held: Held, why: string): void {
    if (this.held.get(key) !== held) return;
    this.held.delete(key);
    clearTimeout(held.timer);
    for (const { reject } of held.open.values()) reject(new Error(`The scan was let go: ${why}.`));
    held.open.clear();
    void held.thread.terminate();
  }
}
