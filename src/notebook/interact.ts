import {
  type ControlPayload,
  type InteractPayload,
  interactMime,
  type InteractReply,
  type InteractRequest,
  interactTarget,
} from "../contracts/interact-payload.js";
import { type Comm, kernelSession } from "../contracts/kernel-session.js";
import { describeError, LabError, requireThat } from "../core/errors.js";
import { escapeXml } from "../core/escape.js";
import { ownPid } from "../platform/processes.js";
import type { Figure } from "../plot/figure.js";
import { type Controls, type ControlValues, describeControls, readControlValues } from "./controls.js";
import type { Row } from "./data-frame.js";
import { displayBundle } from "./session.js";
import { figureBundle } from "./show.js";
import { tableBundle } from "./table.js";

/** What can be drawn anew when a control moves: a figure, a text in Markdown, or rows of a table. */
export type Drawn = Figure | string | readonly Row[];

/** A panel whose kernel runs. */
interface Panel {
  id: string;
  draw(sent: InteractRequest["values"], settled: boolean): Promise<void>;
}

/** The latest of this kernel: each holds what its function draws from, such as a scan. */
const panels = new Map<string, Panel>();
const maxPanels = 40;
let listensTo: unknown;
let panelCount = 0;

/**
 * Shows controls and, below them, what `draw` makes of their values: drawn at once, and anew whenever the reader moves one.
 * While a control moves the latest values win; those in between may be passed over. Elsewhere than in the lab, in an exported page or
 * after the kernel has ended, the picture stands still, as do all panels of a kernel but its latest 40.
 *
 * @example
 * await lab.interact({ width: { min: 50, max: 2000, step: 50, value: 400, label: "Window width (HU)" } }, ({ width }) =>
 *   lab.plot.sliceFigure(ct, undefined, { windowHu: [40 - width / 2, 40 + width / 2] }));
 *
 * @param controls by the name of their value: `{ min, max }` is a slider, a list or `{ options }` a choice, `true` or
 *   `{ checked }` a checkbox, `{ pictures }` are pictures to pick from.
 * @param draw must give the same for the same values; what it prints is not shown.
 * @throws LabError where a control is none, and what `draw` throws for the values at the start.
 */
export async function interact<const C extends Controls>(
  controls: C,
  draw: (values: ControlValues<C>) => Drawn | Promise<Drawn>,
): Promise<void> {
  const described = describeControls(controls);
  requireThat(typeof draw === "function", "draw", draw, "a function of the values");
  const id = `panel-${ownPid}-${++panelCount}`;
  const displayId = `tumorlab-${id}`;
  const drawBundle = async (values: Record<string, unknown>, isStill: boolean) =>
    bundleOf(await draw(values as ControlValues<C>), isStill);
  const atStart = readControlValues(
    described,
    controls,
    Object.fromEntries(described.map(({ name, value }) => [name, value])),
  );
  // Before anything is shown: a function that fails shows no panel.
  const first = await drawBundle(atStart, true);
  const panel: InteractPayload = { id, controls: described };
  displayBundle({ [interactMime]: panel, ...panelText(panel) });
  displayBundle(first.bundle, { metadata: first.metadata, displayId });
  panels.set(id, {
    id,
    draw: async (sent, settled) => {
      const { bundle, metadata } = await drawBundle(readControlValues(described, controls, sent), settled);
      displayBundle(bundle, { metadata, displayId, update: true });
    },
  });
  for (const oldest of [...panels.keys()].slice(0, -maxPanels)) panels.delete(oldest);
  listen();
}

/** Takes what panels send; once a kernel. */
function listen(): void {
  const session = kernelSession();
  if (!session || listensTo === session) return;
  listensTo = session;
  session.onComm(interactTarget, (comm, { data }) => {
    const panel = panels.get(typeof data.id === "string" ? data.id : "");
    if (!panel) return comm.close({ reason: "unknown" });
    comm.onMessage((message) => void answer(comm, panel, message.data as unknown as InteractRequest));
  });
}

async function answer(
  comm: Comm,
  panel: Panel,
  { values, sequence, settled }: InteractRequest,
): Promise<void> {
  const reply: InteractReply = { sequence };
  try {
    await panel.draw(values, settled);
  } catch (error) {
    reply.failure = describeError(error);
  }
  comm.send({ ...reply });
}

async function bundleOf(
  drawn: Drawn,
  isStill: boolean,
): Promise<{ bundle: Record<string, unknown>; metadata: Record<string, unknown> }> {
  if (typeof drawn === "string")
    return { bundle: { "text/markdown": drawn, "text/plain": drawn }, metadata: {} };
  if (Array.isArray(drawn)) return { bundle: tableBundle(drawn as readonly Row[]), metadata: {} };
  if (typeof drawn !== "object" || drawn === null)
    throw new LabError("draw", drawn, "a figure, a text, or rows of a table", "Return it from the function");
  return figureBundle(drawn as Figure, { withPicture: isStill });
}

/** What is shown of a panel where it cannot be moved: the values at the start. */
function panelText({ controls }: InteractPayload): Record<string, string> {
  const lines = controls.map((control): [string, string] => [control.label, describeValue(control)]);
  const pictures = controls.map(({ pictures = [] }) =>
    pictures.map((uri, k) => ` <img src="${uri}" alt="Picture ${k + 1}">`).join(""),
  );
  const items = lines
    .map(([label, value], i) => `<li>${escapeXml(label)}: ${escapeXml(value)}${pictures[i]}</li>`)
    .join("");
  const note = "Controls, which move in the lab after the cell was run; here as they stood:";
  return {
    "text/html": `<p>${note}</p><ul>${items}</ul>`,
    "text/plain": [note, ...lines.map(([label, value]) => `  ${label}: ${value}`)].join("\n"),
  };
}

function describeValue({ kind, options, pictures, value }: ControlPayload): string {
  if (kind === "pictures") return `${pictures!.length} pictures, none picked`;
  if (kind === "choice") return options![value as number];
  return kind === "slider" ? String(value) : value ? "yes" : "no";
}
