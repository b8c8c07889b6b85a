import type { SignedFrames } from "../../wire/frames.js";
import type { KernelChannel } from "../../wire/kernel-connection.js";
import { createMessage, type MessageHeader } from "../../wire/message.js";
import { toFrames } from "./frames.js";

/** A message on its channel. */
export interface Delivery {
  channel: KernelChannel;
  frames: SignedFrames;
}

/** What a kernel says to a front end that has lost its connection. */
export interface OfflineBuffer {
  add(channel: KernelChannel, frames: SignedFrames): void;
  /** Everything kept, in order, with a notice where output had to be left out; the buffer is empty then. */
  take(): Delivery[];
}

const outputTypes = new Set(["stream", "display_data", "update_display_data", "execute_result"]);

/**
 * Keeps messages in memory up to a bound. Of several updates of one display only the last is kept, so a progress bar
 * of a long night costs nothing. Beyond the bound further output is counted and left out, replies and states are kept.
 *
 * @param limitBytes bound for output; defaults to 32 MB
 */
export function createOfflineBuffer(limitBytes = 32 * 2 ** 20): OfflineBuffer {
  let kept = new Map<number, Delivery>();
  let next = 0;
  let bytes = 0;
  const updates = new Map<string, number>();
  let dropped = { count: 0, bytes: 0, parent: {} as Partial<MessageHeader> };

  const sizeOf = ({ parts, buffers }: SignedFrames) =>
    [...parts, ...buffers].reduce((sum, part) => sum + part.length, 0);

  function replaceUpdate(frames: SignedFrames): void {
    const id = displayIdOf(frames);
    if (id === undefined) return;
    const before = updates.get(id);
    const old = before === undefined ? undefined : kept.get(before);
    if (old !== undefined && before !== undefined) {
      bytes -= sizeOf(old.frames);
      kept.delete(before);
    }
    updates.set(id, next);
  }

  return {
    add(channel, frames) {
      const type = typeOf(frames);
      if (type === "update_display_data") replaceUpdate(frames);
      const size = sizeOf(frames);
      if (outputTypes.has(type) && bytes + size > limitBytes) {
        const parent = JSON.parse(frames.parts[1].toString()) as Partial<MessageHeader>;
        dropped = { count: dropped.count + 1, bytes: dropped.bytes + size, parent };
        return;
      }
      // Replies and states are small; twice the bound is the end for them too.
      if (bytes + size > 2 * limitBytes) return;
      bytes += size;
      kept.set(next++, { channel, frames });
    },
    take() {
      const deliveries = [...kept.values()];
      if (dropped.count > 0) {
        const text = `\n[${dropped.count} outputs (${(dropped.bytes / 2 ** 20).toFixed(1)} MB) came while no page was connected and are not shown]\n`;
        const notice = createMessage("stream", "server", { name: "stderr", text }, dropped.parent);
        // In front of the state that ends the cell, behind which front ends take no more output.
        const states = deliveries.map(({ frames }) => typeOf(frames) === "status");
        const at = states.includes(true) ? states.lastIndexOf(true) : deliveries.length;
        deliveries.splice(at, 0, { channel: "iopub", frames: toFrames(notice) });
      }
      kept = new Map();
      bytes = 0;
      return deliveries;
    },
  };
}

function typeOf(frames: SignedFrames): string {
  return (JSON.parse(frames.parts[0].toString()) as MessageHeader).msg_type;
}

function displayIdOf(frames: SignedFrames): string | undefined {
  const content = JSON.parse(frames.parts[3].toString()) as { transient?: { display_id?: string } };
  return content.transient?.display_id;
}
