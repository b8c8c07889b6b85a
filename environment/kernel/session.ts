import { type KernelSession, kernelSessionKey } from "tumorlab/internal/contracts/kernel-session";
import { type Cell, currentCell, runningCell } from "./cell/cell.js";
import { checkBundle } from "./cell/rich-display.js";
import { Interrupted } from "./interrupted.js";
import type { Publish, Streams } from "./outputs.js";
import type { Comms } from "./requests/comms.js";
import type { Inputs } from "./requests/input.js";
import type { Sections } from "./sections.js";
import { type SharedState, word } from "./shared-state.js";

type Content = Record<string, unknown>;

/** Makes the session of this kernel and puts it where it is looked for. */
export function installSession(parts: {
  publish: Publish;
  streams: Streams;
  inputs: Inputs;
  comms: Comms;
  state: SharedState;
  sections: Sections;
}): KernelSession {
  const { publish, streams, inputs, comms, state, sections } = parts;
  const neverAborted = new AbortController().signal;

  /** Sends an output of the calling cell, behind what it printed before. */
  function output(type: string, content: Content): void {
    const cell = currentCell();
    refuseAbandoned(cell);
    sections.runAsKernel(() => {
      streams.flush();
      publish(type, content, cell);
    });
  }

  const session: KernelSession = {
    display(bundle, options = {}) {
      const data = checkBundle(bundle, "display(bundle)");
      const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
      const type = options.update ? "update_display_data" : "display_data";
      output(type, { data, metadata: options.metadata ?? {}, transient });
    },
    get signal() {
      const cell = currentCell();
      if (cell !== undefined && cell === runningCell()) Atomics.store(state, word.usesSignal, 1);
      return cell?.signal ?? neverAborted;
    },
    input(prompt, options = {}) {
      const cell = currentCell();
      refuseAbandoned(cell);
      return sections.runAsKernel(() => {
        streams.flush();
        return inputs.ask(cell, prompt, options.password ?? false);
      });
    },
    clearOutput: (wait = false) => output("clear_output", { wait }),
    onComm: (target, handler) => comms.onComm(target, handler),
    openComm: (target, data, options) => sections.runAsKernel(() => comms.openComm(target, data, options)),
  };
  Object.defineProperty(globalThis, kernelSessionKey, { value: Object.freeze(session) });
  return session;
}

function refuseAbandoned(cell: Cell | undefined): void {
  if (cell?.isAbandoned) throw new Interrupted("The cell was interrupted; it can no longer display anything");
}
