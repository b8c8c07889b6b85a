import { notesOf } from "../formats/notes.js";
import { readVolume } from "../formats/read.js";
import { writeVolume } from "../formats/write.js";
import { reorient } from "../volume/orientation.js";
import { parseOptions } from "./command.js";
import type { Command } from "./command.js";
import { reportWritten, requireOne } from "./one-file.js";
import { forceHelp } from "./output.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";

/** `tumorlab reorient` */
export const reorientCommand: Command = {
  name: "reorient",
  summary: "the same voxels with axes along R, A, S or another of the 48 orientations",
  usage: `tumorlab reorient FILE --out FILE [options]

  --orientation RAS  where x, y and z should grow toward (default RAS)
  ${readingHelp()}
  --force            ${forceHelp}
  --json             prints what was written as JSON

Nothing is lost: voxels are moved but not changed, and each keeps its place in the patient.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["out", "orientation", ...readingOptions],
      flags: ["json", "force"],
    });
    const { file, out } = await requireOne(options);
    const volume = await readVolume(file, readReading(options));
    for (const note of notesOf(volume)) io.err(`${file}: ${note}\n`);
    const result = reorient(volume, options.value("orientation") ?? "RAS");
    await writeVolume(out, result);
    reportWritten(io, options.has("json"), out, result);
    return 0;
  },
};
