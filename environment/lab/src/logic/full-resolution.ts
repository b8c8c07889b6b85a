import type { DecodedVolume } from "./decode.js";
import { HeldVolumes } from "./held-volumes.js";
import { type OpenFile, readFull } from "./read-full.js";

/** What a volume's own resolution asks of its viewer. */
export interface FullHost {
  /** Shows the volume, or the preview where it is undefined, with a word on how it stands. */
  showFull(volume: DecodedVolume | undefined, word: string): void;
}

/** Opens files for one viewer; the signal ends what is still being read when the viewer goes. */
export type OpenProjectFile = (path: string, signal: AbortSignal) => ReturnType<OpenFile>;

/** 256 MiB: two of the largest volumes there may be, or a notebook full of ordinary ones. */
const held = new HeldVolumes(256 * 1024 * 1024);

/** A viewer that is only scrolled past, or pushed down while the page is laid out, is in sight for a moment only. */
export const settleMs = 200;

/**
 * A volume at its own resolution, read when its viewer has come into sight and stayed there, and let go when the page holds
 * too much and the viewer is out of sight.
 */
export class FullResolution {
  private readonly leaving = new AbortController();
  private settling: ReturnType<typeof setTimeout> | undefined;
  private reading: Promise<DecodedVolume> | undefined;
  private volume: DecodedVolume | undefined;
  isSeen = false;

  constructor(
    private readonly preview: DecodedVolume,
    private readonly open: OpenProjectFile,
    private readonly host: FullHost,
  ) {}

  /** To be called when the viewer comes into sight and when it goes. */
  see(isSeen: boolean): void {
    this.isSeen = isSeen;
    clearTimeout(this.settling);
    if (isSeen) this.settling = setTimeout(() => void this.load().catch(() => undefined), settleMs);
  }

  /** The volume; the same promise while it is held or being read. Rejected where the files cannot be had. */
  load(): Promise<DecodedVolume> {
    this.reading ??= this.read();
    return this.reading;
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.leaving.abort();
    held.remove(this);
  }

  private async read(): Promise<DecodedVolume> {
    const { signal } = this.leaving;
    this.host.showFull(undefined, "Reading the full resolution...");
    try {
      const volume = await readFull(this.preview.payload, (path) => this.open(path, signal));
      signal.throwIfAborted();
      this.volume = volume;
      this.host.showFull(volume, "");
      held.add(this);
      return volume;
    } catch (error) {
      // Not tried again: what is wrong with a file stays wrong until the page is opened anew.
      if (!signal.aborted) this.host.showFull(undefined, explain(error));
      throw error;
    }
  }

  get bytes(): number {
    return (this.volume?.ct.length ?? 0) + (this.volume?.labels?.length ?? 0);
  }

  /** Goes back to the preview; read again when the viewer is next seen. */
  release(): void {
    this.volume = undefined;
    this.reading = undefined;
    this.host.showFull(undefined, "");
  }
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `The full resolution cannot be shown: ${text}`;
}
