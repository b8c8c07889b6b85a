import { createEstimator, formatDuration } from "../core/progress.js";
import type { ProgressUpdate } from "../core/progress.js";
import { monotonicMs } from "../platform/machine.js";
import type { CommandIo } from "./command.js";

/** A line on standard error that shows how far the work is; silent where standard error is not a terminal. */
export interface Bar {
  update(update: ProgressUpdate): void;
  /** Writes a line of text above the bar, which goes on below; also where there is no bar to see. */
  tell(line: string): void;
  /** Clears the line. */
  end(): void;
}

const width = 24;

/** How a bar tells of the amount of work. */
export interface BarOptions {
  /** Writes an amount; default the plain number. */
  format?: (amount: number) => string;
  /** Work that an earlier run had done, which says nothing about the speed of this one; default 0. */
  doneBefore?: number;
}

/** A bar redrawn at most ten times a second. */
export function createBar(title: string, io: CommandIo, options: BarOptions = {}): Bar {
  if (!io.isTerminal) return { update() {}, tell: (line) => io.err(`${line}\n`), end() {} };
  const { format = String, doneBefore = 0 } = options;
  const formatRate = options.format ?? ((rate: number) => rate.toFixed(1));
  const estimate = createEstimator();
  let drawnMs = -Infinity;
  return {
    update(update) {
      const nowMs = monotonicMs();
      if (nowMs - drawnMs < 100 && update.done !== update.total) return;
      drawnMs = nowMs;
      const { ratePerSecond, remainingSeconds } = estimate({
        done: update.done - doneBefore,
        total: update.total === undefined ? undefined : update.total - doneBefore,
      });
      const share = update.total ? update.done / update.total : 0;
      const filled = Math.round(share * width);
      const left = remainingSeconds === undefined ? "" : `, ${formatDuration(remainingSeconds)} left`;
      const count =
        update.total === undefined ? format(update.done) : `${format(update.done)}/${format(update.total)}`;
      io.err(
        `\r\u001b[K${title} [${"#".repeat(filled)}${"-".repeat(width - filled)}] ${count}, ${formatRate(ratePerSecond)}/s${left}`,
      );
    },
    tell(line) {
      drawnMs = -Infinity;
      io.err(`\r\u001b[K${line}\n`);
    },
    end: () => io.err("\r\u001b[K"),
  };
}

/** Bytes as people read them, in powers of 1000: `812 B`, `1.50 MB`, `30.6 GB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}
