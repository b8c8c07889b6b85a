import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { caseNameOf } from "../cohort/case-files.js";
import { findCohort } from "../cohort/layouts.js";
import { LabError, requireThat } from "../errors.js";
import { makeFolder, requireWritable } from "../files.js";
import { loadModel } from "../model/store.js";
import { readVolume } from "../nifti/read.js";
import { writeVolume } from "../nifti/write.js";
import { checkCleaning, type CleaningOptions } from "../training/clean-labels.js";
import { openPredictor } from "../training/predict-scan.js";
import { createBar } from "./bar.js";
import { type Command, oneLine, parseOptions, type ParsedOptions, toJson, UsageError } from "./command.js";
import { engineOptions, readEngineOptions } from "./engine-options.js";
import { volumeChoice } from "./resample.js";

/** What became of a scan. */
interface Predicted {
  case: string;
  file?: string;
  reason?: string;
}

/** `tumorlab predict` */
export const predictCommand: Command = {
  name: "predict",
  summary: "labels scans with a trained model",
  usage: `tumorlab predict --model DIR --ct FILE|DIR --out DIR [options]

  --model DIR            a model, or the folder of a training, of which the best is taken
  --ct FILE|DIR          a scan, a case's folder, a folder of scans, or a cohort
  --volume N             of a scan with several in time, which; 0 is the first
  --out DIR              CASE.nii.gz each, on the scan's own grid; label values are the model's classes
  --overlap P            share of a window that its neighbour shares, 0 to below 1 (default 0.5)
  --mirror               also predicts mirror images and averages: up to eight times the time
  --largest liver=1,...  keeps so many pieces of a structure, the largest
  --near liver,...=tumor@MM  keeps a lesion only within MM mm of these organs
  --minimum-radius tumor=3,...  drops pieces smaller than a ball of that radius in mm
  --engine E             auto (default) or an engine by name
  --threads N            threads of the engine (default: one a core)
  --json                 prints {predicted, failed} as JSON

A scan that cannot be read is listed as failed; the others are predicted, and the exit code is 1.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "model",
        "ct",
        "out",
        "overlap",
        "largest",
        "near",
        "minimum-radius",
        "volume",
        ...engineOptions,
      ],
      flags: ["mirror", "json"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [folder, ct, out] = ["model", "ct", "out"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    const overlap = options.number("overlap", 0.5, (share) => share >= 0 && share < 1, "0 to below 1");
    const engine = readEngineOptions(options);
    const cleaning = parseCleaning(options);
    const volume = volumeChoice(options.value("volume"));
    const scans = await findScans(ct, out);
    await requireWritable(join(out, "CASE.nii.gz"));
    const model = await loadModel(await findModel(folder));
    checkCleaning(cleaning, model.classNames.slice(1));
    const predictor = await openPredictor(model, engine);
    await makeFolder(out);
    const results: Predicted[] = [];
    try {
      for (const { name, path, file } of scans) {
        io.signal.throwIfAborted();
        const bar = createBar(`predict ${name} (${results.length + 1} of ${scans.length})`, io);
        try {
          const labels = await predictor.predict(await readVolume(path, volume), {
            overlap,
            mirrorAxes: options.has("mirror") ? [0, 1, 2] : [],
            cleaning,
            progress: (update) => bar.update(update),
            signal: io.signal,
          });
          await writeVolume(file, labels);
          results.push({ case: name, file });
        } catch (error) {
          if (io.signal.aborted) throw error;
          results.push({ case: name, reason: oneLine(error) });
        } finally {
          bar.end();
        }
      }
    } finally {
      predictor.dispose();
    }
    const failed = results.filter(({ reason }) => reason !== undefined);
    if (options.has("json"))
      io.out(`${toJson({ predicted: results.filter(({ file }) => file !== undefined), failed })}\n`);
    else io.out(`${out}: ${results.length - failed.length} predicted, ${failed.length} failed\n`);
    for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
    return failed.length > 0 ? 1 : 0;
  },
};

/** A model's own folder, or in the folder of a training the best, else the last. */
async function findModel(folder: string): Promise<string> {
  for (const path of [folder, join(folder, "best"), join(folder, "last")])
    if (await stat(join(path, "model.json")).catch(() => undefined)) return path;
  return folder;
}

/** A scan and where its labels go. */
interface ScanFiles {
  name: string;
  path: string;
  file: string;
}

/** Throws a LabError where two scans would be written to one file, or labels over a scan. */
async function findScans(ct: string, out: string): Promise<ScanFiles[]> {
  const scans = (await listScans(ct)).map((scan) => ({ ...scan, file: join(out, `${scan.name}.nii.gz`) }));
  requireThat(scans.length > 0, ct, "no scan", "a scan, or a folder of scans");
  const names = new Map<string, string>();
  const places = new Set<string>();
  for (const { name, path } of scans) {
    const other = names.get(name);
    requireThat(other === undefined, ct, `case ${name} as ${other} and ${path}`, "each case once");
    names.set(name, path);
    const place = await placeOf(path);
    if (place !== undefined) places.add(place);
  }
  for (const { file } of scans) {
    const place = await placeOf(file);
    requireThat(
      place === undefined || !places.has(place),
      file,
      "a scan that is to be predicted",
      "a place for its labels",
      "They would take its place: choose another --out",
    );
  }
  return scans;
}

/** Which file a path leads to, whatever links are on the way; `undefined` where there is none. */
async function placeOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
}

async function listScans(path: string): Promise<{ name: string; path: string }[]> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new LabError(path, "nothing there", "a scan, or a folder of scans");
  if (!info.isDirectory()) return [{ name: nameOf(path), path }];
  const files = (await readdir(path)).filter((name) => /^[^.].*\.nii(\.gz)?$/i.test(name)).sort();
  // A case's own folder holds its labels too.
  const scan = files.find((name) => isScanOfCase(caseNameOf(name)));
  if (files.length > 0)
    return (scan === undefined ? files : [scan])
      .map((file) => join(path, file))
      .map((each) => ({ name: nameOf(each), path: each }));
  const { cases } = await findCohort(path);
  return cases.flatMap(({ case: name, image }) => (image === undefined ? [] : [{ name, path: image }]));
}

/** A case's name: where each case is a folder, as in AbdomenAtlas, the file is only called what it is. */
function nameOf(path: string): string {
  const name = caseNameOf(path);
  return isScanOfCase(name) ? basename(dirname(resolve(path))) : name;
}

/** Whether a file's name tells the scan of a case from its labels, not the case. */
function isScanOfCase(name: string): boolean {
  return /^(ct|image|imaging)$/i.test(name);
}

function parseCleaning(options: ParsedOptions): CleaningOptions {
  const numbers = (option: string): Record<string, number> | undefined => {
    const text = options.value(option);
    if (text === undefined) return undefined;
    return Object.fromEntries(
      text.split(",").map((part) => {
        const [name, value, ...more] = part.split("=");
        const number = Number(value);
        if (!name || more.length > 0 || !value || !Number.isFinite(number))
          throw new UsageError(`--${option}: found ${JSON.stringify(part)}, expected NAME=NUMBER`);
        return [name, number];
      }),
    );
  };
  const near = options.value("near");
  const match = near === undefined ? undefined : /^([^=]+)=([^@]+)@(\d+(?:\.\d+)?)$/.exec(near);
  if (match === null)
    throw new UsageError(`--near: found ${JSON.stringify(near)}, expected ORGAN,...=LESION@MM`);
  return {
    largestPieces: numbers("largest"),
    ...(match
      ? { nearOrgans: { organs: match[1].split(","), lesion: match[2], marginMm: Number(match[3]) } }
      : {}),
    minimumRadiusMm: numbers("minimum-radius"),
  };
}
