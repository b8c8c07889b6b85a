import { exportCroissant } from "../data/export-croissant.js";
import { exportNnunet } from "../data/export-nnunet.js";
import { openCohort } from "../data/open-cohort.js";
import { onlyName } from "./cohort-show.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { forceHelp, requireFree } from "./output.js";
import { writeFileWhole } from "./write-file.js";

/** `tumorlab cohort export` */
export const cohortExportCommand: Command = {
  name: "cohort export",
  summary: "a manifest as Croissant 1.1 or as nnU-Net's dataset.json",
  usage: `tumorlab cohort export NAME|FILE.json --format croissant|nnunet [options]

  --out FILE  writes it there instead of printing it
  --force     ${forceHelp}
  --cases N   cases in the folder, for nnunet (default: the manifest's numTraining)

If the format asks for something that no source gives, croissant leaves it out and standard error names it; nnunet refuses.`,
  async run(args, io) {
    const options = parseOptions(args, { values: ["format", "out", "cases"], flags: ["force"] });
    const format = options.value("format");
    if (format !== "croissant" && format !== "nnunet")
      throw new UsageError(`--format: found ${JSON.stringify(format ?? "")}, expected croissant or nnunet`);
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const numTraining =
      options.value("cases") === undefined
        ? undefined
        : options.number("cases", 0, isCount, "a whole number from 0");
    const source = onlyName(options);
    const out = options.value("out");
    if (out !== undefined) await requireFree([out], [source], options.has("force"));
    const manifest = await openCohort(source);
    let document: unknown;
    if (format === "nnunet") document = exportNnunet(manifest, { numTraining });
    else {
      const { dataset, missing, withoutChecksum } = exportCroissant(manifest);
      document = dataset;
      if (missing.length > 0)
        io.err(`warning: Croissant asks for ${missing.join(", ")}, which no source gives: left out\n`);
      if (withoutChecksum.length > 0)
        io.err(`warning: no sha256 is known of ${withoutChecksum.length} files: mlcroissant refuses them\n`);
    }
    const text = `${toJson(document, 2)}\n`;
    if (out === undefined) io.out(text);
    else await writeFileWhole(out, text);
    return 0;
  },
};
