import { readFileSync, writeSync } from "node:fs";
import { join, sep } from "node:path";
import { readConnectionFile } from "../wire/connection.js";
import { createId } from "../wire/identity.js";
import { assembleKernel, type Threads } from "./assemble.js";
import { currentCell } from "./cell/cell.js";
import { installStackFormat } from "./cell/stack-format.js";
import { installCutHandler } from "./cut.js";
import { type CapturedDescriptors, createDescriptorSync } from "./descriptors.js";
import type { FromTransport } from "./link-messages.js";
import { startTransport } from "./link.js";
import { settleImmediates } from "./pending-immediates.js";
import { installProcessGuards } from "./process-guards.js";
import { captureProcessStreams, keepOrderWithChildren } from "./process-streams.js";
import { findProjectRoot } from "./project-root.js";
import { createStaleCheck } from "./stale-package.js";
import { findTslab, loadTslab } from "./tslab/load.js";

/**
 * Starts the kernel in this process and this process's folder. Called as kernel code; returns when the kernel can run
 * cells. Throws where tslab is not the one it was written for.
 */
export function runKernel(
  connectionFile: string,
  captured: CapturedDescriptors | undefined,
  threads: Threads,
): void {
  const { state, sections } = threads;
  const root = findProjectRoot();
  const session = createId();
  const log = (text: string): void => void writeSync(2, `${text}\n`);
  const outputLimit = readOutputLimit();
  const arrived: FromTransport[] = [];
  let receive = (message: FromTransport): void => void arrived.push(message);
  const link = startTransport(
    readConnectionFile(connectionFile),
    session,
    { captured, outputLimit },
    threads,
    (message) => receive(message),
  );
  const syncDescriptors = captured ? createDescriptorSync(state) : () => {};
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  let exit: (code: number) => void = () => {};

  const kernel = assembleKernel({
    root,
    folder: process.cwd(),
    host: `Node.js ${process.version}`,
    version,
    session,
    outputLimit,
    threads,
    log,
    send: link.send,
    tell: link.tell,
    syncDescriptors,
    stale: createStaleCheck(root, () => Object.keys(require.cache)),
    capture(streams) {
      exit = installProcessGuards(streams, sections);
      captureProcessStreams(streams, sections);
      keepOrderWithChildren(
        () => sections.runAsKernel(() => streams.flush()),
        () => sections.runAsKernel(syncDescriptors),
      );
      // What is built of this room lies in its folder.
      installStackFormat(root, [__dirname + sep, join(findTslab(), "dist") + sep]);
    },
    loadTslab,
  });
  installCutHandler((stack) => kernel.execution.noteCut(currentCell(), stack));

  receive = (message) => {
    if (message.kind === "cut") settleImmediates();
    else if (message.kind === "end") exit(message.code);
    else if (message.kind === "failed") {
      log(message.text);
      exit(message.code);
    } else if (message.kind !== "bound") kernel.receive(message);
  };
  for (const message of arrived.splice(0)) receive(message);
}

/** Characters a cell may print, from `TUMORLAB_OUTPUT_LIMIT_MB`; 10 MB where it is not set. */
function readOutputLimit(): number {
  const text = process.env.TUMORLAB_OUTPUT_LIMIT_MB;
  const megabytes = text === undefined || text.trim() === "" ? 10 : Number(text);
  return Number.isFinite(megabytes) && megabytes >= 0 ? Math.round(megabytes * 1e6) : 10e6;
}
