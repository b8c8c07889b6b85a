import { type ThreadStart } from "tumorlab/internal/platform/browser/page";
import { onChange, applyChange } from "tumorlab/internal/platform/browser/store";
import { onThreadChange } from "tumorlab/internal/platform/browser/workers";
import { projectFolder } from "tumorlab/internal/platform/locations";
import { assembleKernel, type AssembledKernel } from "../../kernel/assemble.js";
import { currentCell } from "../../kernel/cell/cell.js";
import { describeError } from "../../kernel/cell/describe-error.js";
import { installStackFormat } from "../../kernel/cell/stack-format.js";
import { Interrupted } from "../../kernel/interrupted.js";
import type { OutgoingFrames } from "../../kernel/link-messages.js";
import type { Streams } from "../../kernel/outputs.js";
import { createSections } from "../../kernel/sections.js";
import { createSharedState, word } from "../../kernel/shared-state.js";
import { createTasks } from "../../kernel/tasks.js";
import { createRouter } from "../../kernel/transport/router.js";
import { createId } from "../../wire/identity.js";
import { createMessage, encodeParts, type Message } from "../../wire/message.js";
import { createCompilerSystem } from "./compiler-system.js";
import { captureConsole, type Write } from "./console.js";
import { loadTslab } from "./load-tslab.js";
import { type FromKernel, kernelKey, type KernelStart, type ToKernel } from "./page-messages.js";
import { installProcess } from "./process.js";
import { loadTypeFiles } from "./type-files.js";

const scope = globalThis as unknown as {
  onmessage: ((event: { data: ToKernel }) => void) | null;
  postMessage(message: FromKernel): void;
  addEventListener(type: string, listener: (event: PageFailure) => void): void;
};

/** An error that nobody caught, as a page tells it. */
interface PageFailure {
  readonly error?: unknown;
  readonly reason?: unknown;
  preventDefault(): void;
}

/** Ends the output of a loop that was interrupted and never looks at its signal. */
const abandoned = "The cell was interrupted; it can no longer print";

/**
 * Runs the kernel in this worker: the same that runs in a process of Node, with the page in the place of sockets. What
 * the page sends before it is ready waits.
 */
export async function runKernel(
  start: ThreadStart,
  { types, version, outputLimit, state: given }: KernelStart,
): Promise<void> {
  const waiting: ToKernel[] = [];
  scope.onmessage = ({ data }) => void waiting.push(data);
  for (const listen of [onChange, onThreadChange])
    listen((change) => scope.postMessage({ kind: "change", change }));

  const state = given ?? createSharedState();
  const sections = createSections(state);
  const threads = { state, sections, tasks: createTasks(sections) };
  const session = createId();
  let streams: Streams | undefined;
  const write: Write = (name, text) => {
    const cell = currentCell();
    if (cell?.isAbandoned) throw new Interrupted(abandoned);
    sections.runAsKernel(() => streams?.write(cell, name, text));
  };
  installProcess(write);
  const system = createCompilerSystem(await loadTypeFiles(types), projectFolder, start.folder);
  const tslab = await loadTslab(system);
  const ownConsole = captureConsole(write);

  let kernel: AssembledKernel | undefined;
  const router = createRouter({
    state,
    send(channel, _identities, type, content, parent) {
      post(channel, createMessage(type, session, content, parent));
    },
    tell: (message) => sections.runAsKernel(() => kernel?.receive(message)),
    interrupt: () => interrupt(Atomics.add(state, word.interrupts, 1) + 1),
    end: () => scope.postMessage({ kind: "end" }),
  });
  const interrupt = (number: number): void =>
    sections.runAsKernel(() => kernel?.receive({ kind: "interrupt", number }));

  router.publishState("starting");
  sections.runAsKernel(() => {
    kernel = assembleKernel({
      root: projectFolder,
      folder: start.folder,
      host: "a web page",
      version,
      session,
      outputLimit,
      threads,
      log: (text) => ownConsole.warn(text),
      send: (channel, _identities, message) => post(channel, message),
      tell(message) {
        if (message.kind === "ready") router.setInfo(message.info);
        else router.setRunning(message.header);
      },
      syncDescriptors() {},
      stale: { noteLoaded() {}, findChanged: () => [] },
      capture(made) {
        streams = made;
        installStackFormat(projectFolder, [`${start.scripts}kernel.js`, `${start.scripts}thread.js`]);
      },
      loadTslab: () => tslab,
    });
  });
  reportUncaught((text) => sections.runAsKernel(() => streams?.write(currentCell(), "stderr", text)));

  scope.onmessage = ({ data }) => receive(data);
  for (const message of waiting.splice(0)) receive(message);

  function receive(message: ToKernel): void {
    if (message.kind === "message") router.receive(message.channel, [], message.message);
    else if (message.kind === "interrupt") {
      scope.postMessage({ kind: "heard" });
      // Where page and kernel share memory the page has counted it already.
      interrupt(given ? Atomics.load(state, word.interrupts) : Atomics.add(state, word.interrupts, 1) + 1);
    } else if (message.kind === "changes") message.changes.forEach(applyChange);
    threads.tasks.runAll();
  }
}

/** Sends a message as text, as on a wire: what is no JSON is refused here. */
function post(channel: OutgoingFrames["socket"], message: Message): void {
  scope.postMessage({ kind: "message", channel, parts: encodeParts(message), buffers: message.buffers });
}

/** Errors that nobody catches are shown among the outputs of the running cell. */
function reportUncaught(report: (text: string) => void): void {
  const tell = (what: string, thrown: unknown, event: PageFailure): void => {
    event.preventDefault();
    const cell = currentCell();
    if (thrown instanceof Interrupted && (cell?.isAbandoned || cell?.signal.aborted)) return;
    report(`${what}\n${describeError(thrown).traceback.join("\n")}\n`);
  };
  scope.addEventListener("error", (event) =>
    tell("Uncaught error outside of the cell's own run:", event.error, event),
  );
  scope.addEventListener("unhandledrejection", (event) =>
    tell("Unhandled rejection of a promise nobody awaits:", event.reason, event),
  );
}

Object.defineProperty(globalThis, kernelKey, { value: runKernel });
