import { toLabelMap } from "../core/grid.js";
import { findNamesOf } from "../data/named-labels.js";
import { notesOf } from "../formats/notes.js";
import { readVolume } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { writeVolume } from "../formats/write.js";
import { looksLikeLabels } from "../volume/looks-like-labels.js";
import { type Command, parseOptions, UsageError } from "./command.js";
import { reportWritten } from "./one-file.js";
import { forceHelp, requireFree } from "./output.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";

/** `tumorlab convert` */
export const convertCommand: Command = {
  name: "convert",
  summary: "a scan or label map of any format as NIfTI, NRRD or MetaImage",
  usage: `tumorlab convert IN OUT [options]

  IN                 NIfTI, NRRD, MetaImage, a folder or zip archive with a DICOM series, or a DICOM SEG or RTSTRUCT
  OUT                a name that ends in .nii.gz, .nii, .nrrd or .mha; for a label map also .dcm, a DICOM SEG
  --ct DIR           the series that the labels were made on: needed for a SEG or RTSTRUCT as IN if the series is not beside it,
                     and always for a SEG as OUT
  ${readingHelp()}
  --force            ${forceHelp}
  --json             prints what was written as JSON

Of a DICOM header only the grid and the numbers are written: no name, date or number of a patient. A SEG has the UIDs of
the study, the series and its slices, because it refers to them. Standard error says what was resampled or left out.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["ct", ...readingOptions],
      flags: ["json", "force"],
    });
    const [file, out, ...more] = options.positionals;
    if (file === undefined || out === undefined) throw new UsageError("IN and OUT are needed");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}: this command takes IN and OUT`);
    const reading = readReading(options);
    const [series, ct] = [options.value("series"), options.value("ct")];
    await requireFree([out], [file, ct], options.has("force"));
    const volume = await readVolume(file, {
      ...reading,
      ...(ct === undefined ? {} : { ct }),
      signal: io.signal,
    });
    for (const note of notesOf(volume)) io.err(`${file}: ${note}\n`);
    const names = looksLikeLabels(volume, file) ? await findNamesOf(volume, file) : {};
    const result = Object.keys(names).length > 0 ? toLabelMap(volume, names, file) : volume;
    const isSegmentation = /\.dcm$/i.test(out);
    await writeVolume(out, result, isSegmentation ? await chooseScan(file, ct, series) : {});
    if (isSegmentation)
      io.err(`${out}: without name, number and dates of the patient; it refers to the scan by its UIDs\n`);
    reportWritten(io, options.has("json"), out, result);
    return 0;
  },
};

/** The scan of a SEG to write; `--series` chooses in it where IN itself holds no series. */
async function chooseScan(
  file: string,
  ct: string | undefined,
  series: string | undefined,
): Promise<{ ct?: string; series?: string }> {
  if (ct === undefined) return {};
  const isChosen = ["folder", "zip", "dicom"].includes(await recognizeFormat(file));
  return { ct, ...(series === undefined || isChosen ? {} : { series }) };
}
