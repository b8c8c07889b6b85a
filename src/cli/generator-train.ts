import { tumorOrgans } from "../anatomy/organs.js";
import { formatDuration } from "../core/progress.js";
import { otherEndings } from "../core/scan-formats.js";
import { trainGeneratorCohort } from "../training/generator/train-generator-cohort.js";
import { createBar } from "./bar.js";
import { type Command, type ParsedOptions, parseOptions, toJson, UsageError } from "./command.js";
import { engineOptions, isCount, readEngineOptions } from "./engine-options.js";
import { readingHelp, readingOf, readingOptions } from "./reading.js";

/** `tumorlab generator train` */
export const generatorTrainCommand: Command = {
  name: "generator train",
  summary: "trains a generator of synthetic tumors on the real ones of a cohort",
  usage: `tumorlab generator train --data DIR --organ ORGAN --out DIR [options]

  --data DIR           a cohort: CASE/ct.nii.gz with labels beside it, nnU-Net's or KiTS's layout, or a folder of DICOM
                       slices or a zip archive of them for each patient, with a DICOM SEG, RTSTRUCT or label map;
                       ${otherEndings}
  ${readingHelp(23)}
  --organ ORGAN        ${tumorOrgans.join(", ")}: scans without a tumor of it are left out
  --out DIR            where the generator goes; nothing may be there
  --steps N            steps of the training (default 20000)
  --spacing-mm X       distance of voxels that it learns and works at (default 4)
  --seed S             other seeds start from other weights and sample other patches (default 0)
  --label-map NAME     names of the label values, whatever the folder says of them
  --engine E           auto (default) or an engine by name
  --threads N          threads of the engine (default: one per core)
  --json               prints the record of the run as JSON

Writes DIR/model.json, weights.bin and model.safetensors, and run.json, the record with the scans it learned from.
\`tumorlab synthesize --method learned --generator DIR\` puts its tumors into healthy scans.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "data",
        "organ",
        "out",
        "steps",
        "spacing-mm",
        "seed",
        "label-map",
        ...readingOptions,
        ...engineOptions,
      ],
      flags: ["json"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [data, out] = [needed(options, "data"), needed(options, "out")];
    const text = needed(options, "organ");
    const organ = tumorOrgans.find((each) => each === text);
    if (organ === undefined)
      throw new UsageError(`--organ: found ${JSON.stringify(text)}, expected ${tumorOrgans.join(", ")}`);
    const mm = options.number("spacing-mm", 4, (each) => each >= 0.5 && each <= 20, "0.5 to 20 mm");
    const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const steps = options.number("steps", NaN, isCount, "a whole number from 1");
    const labelMap = options.value("label-map");
    const settings = {
      ...{ data, organ, out, ...readEngineOptions(options), ...readingOf(options) },
      seed: options.number("seed", 0, isSeed, "a whole number from 0"),
      config: { spacingMm: [mm, mm, mm] as const, ...(Number.isNaN(steps) ? {} : { steps }) },
      ...(labelMap === undefined ? {} : { labelMap }),
    };
    const [reading, training] = [createBar("read", io), createBar("train", io)];
    const record = await trainGeneratorCohort({
      ...settings,
      signal: io.signal,
      readProgress: (update) => reading.update(update),
      progress: (update) => training.update(update),
      onDoubt: (doubt) => reading.tell(doubt),
    }).finally(() => {
      reading.end();
      training.end();
    });
    const { generator, seconds, engine, lastLoss } = record;
    if (options.has("json")) io.out(`${toJson(record)}\n`);
    else
      io.out(
        `${out}: ${generator.tumors} tumors of ${generator.cases.length} scans, ${generator.steps} steps on ${engine} in ${formatDuration(seconds)}, loss ${lastLoss.toFixed(3)}\n`,
      );
    return 0;
  },
};

function needed(options: ParsedOptions, name: string): string {
  const text = options.value(name);
  if (text === undefined) throw new UsageError(`--${name} is missing`);
  return text;
}
