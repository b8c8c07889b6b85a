import { kernelSession } from "../contracts/kernel-session.js";
import { describeValue } from "../core/errors.js";
import { groupThousands } from "../core/group-thousands.js";
import { openSample } from "../data/samples.js";
import { describeMachine, hostKind } from "../platform/machine.js";
import { canShareMemory } from "../platform/memory.js";
import { isPackageHere } from "../platform/packages.js";
import { renderPng } from "../plot/static/render.js";

/** One thing a notebook needs. */
export interface EnvironmentLine {
  name: string;
  ok: boolean;
  /** What was found; where it is not ok, also what to do. */
  text: string;
}

/** What {@link checkEnvironment} found; as the last value of a cell it prints as one line each. */
export interface EnvironmentReport {
  ok: boolean;
  lines: readonly EnvironmentLine[];
}

/**
 * Looks at what the notebooks need, by using each thing once: Node.js or the browser, the kernel, pictures and the sample
 * scan.
 * `npm run check` in a terminal looks at the rest: server, front end, optional engines, disk.
 */
export async function checkEnvironment(): Promise<EnvironmentReport> {
  const lines = await Promise.all([
    hostKind === "node" ? check("Node.js", checkNode) : check("browser", checkBrowser),
    check("kernel", checkKernel),
    check("pictures", checkPictures),
    check("sample scan", checkSample),
    check("memory", checkMemory),
  ]);
  const ok = lines.every((line) => line.ok);
  const summary = ok
    ? "Everything the notebooks need is there."
    : "Something is missing: see the FAIL lines.";
  const text = [...lines.map(formatLine), summary].join("\n");
  const report: EnvironmentReport = { ok, lines };
  // Not enumerable: the report is plain data, how it looks in a notebook is no part of it.
  return Object.defineProperty(report, Symbol.for("Jupyter.display"), {
    value: () => ({ "text/plain": text }),
  });
}

/** A line such as `OK    kernel       TypeScript (Tumorlab)`. */
function formatLine({ name, ok, text }: EnvironmentLine): string {
  return `${ok ? "OK  " : "FAIL"}  ${name.padEnd(12)} ${text}`;
}

type Look = () => string | Promise<string>;

async function check(name: string, look: Look): Promise<EnvironmentLine> {
  try {
    return { name, ok: true, text: await look() };
  } catch (error) {
    return { name, ok: false, text: error instanceof Error ? error.message : describeValue(error) };
  }
}

function checkNode(): string {
  const { nodeVersion } = describeMachine();
  const [major, minor] = nodeVersion.split(".").map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (!fits)
    throw new Error(`${nodeVersion} is too old: install Node.js 20.19 or newer, 22.12 or newer, or 24`);
  return nodeVersion;
}

function checkBrowser(): string {
  const { nodeVersion } = describeMachine();
  return `${nodeVersion}, ${canShareMemory ? "with" : "without"} threads that share memory`;
}

function checkKernel(): string {
  if (kernelSession()) return "TypeScript (Tumorlab)";
  throw new Error(
    "not the project's own: choose the kernel TypeScript (Tumorlab), or start the lab with npm start",
  );
}

async function checkPictures(): Promise<string> {
  if (!isPackageHere("@resvg/resvg-js"))
    return "figures are drawn by the page, live; there are no still ones";
  const png = await renderPng({ data: [{ x: [0, 1], y: [0, 1] }], layout: {} }, { width: 100, height: 80 });
  return `a figure of ${groupThousands(png.length)} bytes drawn without a browser`;
}

async function checkSample(): Promise<string> {
  const { title } = await openSample("abdomen-ct", { scale: "tiny" });
  return title;
}

function checkMemory(): string {
  const { cores, memoryGiB } = describeMachine();
  const text = `${memoryGiB.toFixed(1)} GiB, ${cores} processor core${cores === 1 ? "" : "s"}`;
  if (memoryGiB < 2) throw new Error(`${text}: the notebooks need 2 GiB at scale small`);
  return text;
}
