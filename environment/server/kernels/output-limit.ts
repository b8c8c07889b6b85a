import type { SignedFrames } from "../../wire/frames.js";
import { createMessage, type MessageHeader } from "../../wire/message.js";
import { toFrames } from "./frames.js";

/** Cells whose output is counted at the same time; those that ran longest ago are forgotten. */
const maxCounted = 100;

/**
 * Limits what one cell can print, so that a loop gone wild fills neither the page nor the notebook's file. Only text
 * streams are counted and cut; figures, results, errors and states always pass.
 *
 * @param limitBytes text of one cell that is passed on; defaults to 16 MB
 * @returns a function that takes a message and gives what to pass on: the message, once a notice, then nothing
 */
export function createOutputLimit(
  limitBytes = 16 * 2 ** 20,
): (frames: SignedFrames, header: MessageHeader, parent: Partial<MessageHeader>) => SignedFrames | undefined {
  const printed = new Map<string, number>();
  return (frames, { msg_type }, parent) => {
    const id = parent.msg_id;
    if (msg_type !== "stream" || id === undefined) return frames;
    const before = printed.get(id) ?? 0;
    if (before > limitBytes) return undefined;
    const now = before + frames.parts[3].length;
    printed.delete(id);
    printed.set(id, now);
    if (printed.size > maxCounted) printed.delete([...printed.keys()][0]);
    if (now <= limitBytes) return frames;
    const megabytes = limitBytes / 2 ** 20;
    const text = `\n[This cell has printed more than ${megabytes} MB; the rest is not shown. Write long output to a file.]\n`;
    return toFrames(createMessage("stream", "server", { name: "stderr", text }, parent));
  };
}
