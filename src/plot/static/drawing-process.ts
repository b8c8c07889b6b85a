import { LabError } from "../../core/errors.js";
import { locateBuilt } from "../../platform/locations.js";
import { startTimer, type Timer } from "../../platform/wait.js";
import { Worker } from "../../platform/workers.js";
import type { RenderReply, RenderRequest } from "./drawing-worker.js";

/** How long the idle worker is kept; a new one costs most of a second. */
const idleMs = 60_000;

/** The worker is replaced after this many figures, so that what Plotly leaves behind is given back. */
const figuresPerWorker = 200;

interface Drawing {
  worker: Worker;
  nextId: number;
  waiting: Map<number, { resolve: (answer: RenderReply) => void; reject: (error: Error) => void }>;
  idleTimer?: Timer;
}

let current: Drawing | undefined;

/**
 * Draws a figure in the drawing worker. The calling thread stays free, and a figure that never ends
 * is stopped with its worker.
 *
 * @throws LabError when Plotly refuses the figure or `timeoutMs` passes.
 */
export async function renderFigure(
  request: Omit<RenderRequest, "id">,
  timeoutMs: number,
): Promise<RenderReply> {
  const drawing = (current ??= startRenderer());
  const id = drawing.nextId++;
  if (id + 1 >= figuresPerWorker) current = undefined;
  clearTimeout(drawing.idleTimer);
  drawing.worker.ref();
  let timer: Timer | undefined;
  try {
    const answer = await new Promise<RenderReply>((resolve, reject) => {
      drawing.waiting.set(id, { resolve, reject });
      timer = setTimeout(() => {
        const expected = `a drawing within ${timeoutMs} ms`;
        stopRenderer(
          drawing,
          new LabError("figure", "none in time", expected, "Simplify the figure or allow more time."),
        );
      }, timeoutMs);
      drawing.worker.postMessage({ ...request, id });
    });
    if (answer.error !== undefined) {
      throw new LabError("figure", answer.error, "a figure Plotly can draw", "Check its traces and layout.");
    }
    return answer;
  } finally {
    clearTimeout(timer);
    drawing.waiting.delete(id);
    if (drawing.waiting.size === 0) rest(drawing);
  }
}

/** Ends the drawing worker now and waits for its end; the next figure starts a new one. */
export async function closeRenderer(): Promise<void> {
  const drawing = current;
  current = undefined;
  if (drawing) await drawing.worker.terminate();
}

function startRenderer(): Drawing {
  const worker = new Worker(locateBuilt("drawingWorker"));
  const drawing: Drawing = { worker, nextId: 0, waiting: new Map() };
  worker.on("message", (answer: RenderReply) => drawing.waiting.get(answer.id)?.resolve(answer));
  worker.on("error", (error) => stopRenderer(drawing, error));
  worker.on("exit", () => stopRenderer(drawing, new LabError("drawing worker", "its end", "an answer")));
  return drawing;
}

/** Nothing to draw: the worker no longer keeps the process alive, and ends after a while. */
function rest(drawing: Drawing): void {
  drawing.worker.unref();
  if (current !== drawing) {
    void drawing.worker.terminate();
    return;
  }
  drawing.idleTimer = startTimer(() => {
    if (current === drawing) current = undefined;
    void drawing.worker.terminate();
  }, idleMs);
}

function stopRenderer(drawing: Drawing, reason: Error): void {
  if (current === drawing) current = undefined;
  clearTimeout(drawing.idleTimer);
  for (const { reject } of drawing.waiting.values()) reject(reason);
  drawing.waiting.clear();
  void drawing.worker.terminate();
}
