import { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { type CapturedDescriptors, markByte } from "../descriptors.js";
import { describeLimit, type StreamName } from "../outputs.js";
import { type SharedState, word } from "../shared-state.js";

/** Where the text goes. */
export interface DescriptorSink {
  /** Characters one owner may print; 0 is no limit. */
  limit: number;
  /** Whose the text is now. */
  owner: () => string | undefined;
  publish: (name: StreamName, text: string, onTaken: () => void) => void;
}

/** Bytes under way to the front end; beyond it nothing is read, and whoever writes waits. */
const maxBytesInFlight = 2 ** 20;

/** Publishes what is written to the descriptors, as it comes, and counts the marks in it once what was before is sent. */
export function readDescriptors(
  captured: CapturedDescriptors,
  state: SharedState,
  { limit, owner, publish }: DescriptorSink,
): void {
  let printedBy: string | undefined;
  let printed = 0;

  /** What of a text may be shown. */
  function cutToLimit(text: string): { text: string; isOver: boolean } {
    const by = owner();
    if (by !== printedBy) [printedBy, printed] = [by, 0];
    const room = limit - printed;
    printed += text.length;
    if (limit === 0 || text.length <= room) return { text, isOver: false };
    return { text: text.slice(0, Math.max(0, room)), isOver: room >= 0 };
  }

  for (const name of ["stdout", "stderr"] as const) {
    const mark = name === "stdout" ? word.stdoutMarks : word.stderrMarks;
    const decoder = new StringDecoder("utf8");
    const socket = new Socket({ fd: captured[name], readable: true, writable: false });
    let inFlight = 0;

    const send = (stream: StreamName, text: string): void => {
      if (text === "") return;
      inFlight += text.length;
      if (inFlight > maxBytesInFlight) socket.pause();
      publish(stream, text, () => {
        inFlight -= text.length;
        if (inFlight <= maxBytesInFlight / 2) socket.resume();
      });
    };

    socket.on("data", (bytes) => {
      // Behind what the main thread has sent by now.
      setImmediate(() => {
        const text = bytes.filter((byte) => byte !== markByte);
        const shown = cutToLimit(decoder.write(Buffer.from(text)));
        send(name, shown.text);
        if (shown.isOver) send("stderr", `\n${describeLimit(limit)}\n`);
        if (text.length === bytes.length) return;
        Atomics.add(state, mark, bytes.length - text.length);
        Atomics.notify(state, mark);
      });
    });
    socket.on("error", () => {});
  }
}
