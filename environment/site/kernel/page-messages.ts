import type { FileChange, ThreadStart } from "tumorlab/internal/platform/browser/page";
import type { OutgoingFrames } from "../../kernel/link-messages.js";
import type { Message } from "../../wire/message.js";

/** What a page tells its kernel's worker. */
export type ToKernel =
  | { kind: "start"; start: ThreadStart; kernel: KernelStart }
  | { kind: "message"; channel: "shell" | "control" | "stdin"; message: Message }
  | { kind: "interrupt" }
  | { kind: "changes"; changes: readonly FileChange[] };

/** What a kernel is started with, beside what every thread is. */
export interface KernelStart {
  /** Address of the packed declarations. */
  readonly types: string;
  /** Version of the project. */
  readonly version: string;
  /** Characters that one cell may print; 0 is no limit. */
  readonly outputLimit: number;
  /** The words that kernel and page share where they can share memory, see `kernel/shared-state.ts`. */
  readonly state?: Int32Array;
}

/** What it tells the page. */
export type FromKernel =
  /** A Jupyter message: header, parent header, metadata and content as JSON text. */
  | { kind: "message"; channel: OutgoingFrames["socket"]; parts: string[]; buffers: Uint8Array[] }
  | { kind: "change"; change: FileChange }
  | { kind: "failed"; message: string; stack?: string }
  /** An interrupt has reached it. */
  | { kind: "heard" }
  /** It was asked to end, and has answered. */
  | { kind: "end" };

/** The global under which `kernel.js` leaves the function that runs a kernel. */
export const kernelKey: symbol = Symbol.for("tumorlab.page.kernel");

export type RunKernel = (start: ThreadStart, kernel: KernelStart) => Promise<void>;
