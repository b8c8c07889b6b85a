import { existsSync } from "node:fs";
import { runForeground } from "./foreground.mjs";
import { interruptedStatus } from "./interrupt.mjs";
import { noteOpenLab } from "./open-labs.mjs";
import { prepareLab } from "./prepare.mjs";
import { watchSources } from "./watch.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./say.mjs").Teller} Teller
 */

/**
 * Opens the lab: set-up, then the server with the given arguments, with `src/` recompiled as it is edited.
 *
 * @param {Project} project
 * @param {readonly string[]} args for the server: --no-browser, --port, --host, ...; with --site the edition for
 *   browsers is built and served instead
 * @param {Teller} teller
 * @param {AbortSignal} signal ends the lab
 * @returns {Promise<number>} the server's exit status; 0 after Ctrl-C, which is how a lab is meant to end
 */
export async function startLab(project, args, teller, signal) {
  const options = { cwd: project.root, signal };
  const asksForHelp = args.includes("--help") || args.includes("-h");
  if (asksForHelp && existsSync(project.entries.start))
    return runForeground(project.entries.start, args, options);
  await prepareLab(project, teller, signal);
  if (args.includes("--site")) {
    const rest = args.filter((word) => word !== "--site");
    const status = await runForeground(project.entries.site, ["--serve", ...rest], options);
    return status === interruptedStatus || signal.reason === interruptedStatus ? 0 : status;
  }
  noteOpenLab(project);
  const watch = watchSources(project, teller.say);
  try {
    const status = await runForeground(project.entries.start, args, options);
    return status === interruptedStatus || signal.reason === interruptedStatus ? 0 : status;
  } finally {
    watch.stop();
  }
}
