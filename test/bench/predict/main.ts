import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { saveModel } from "tumorlab/internal/model/store";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { type Asked, describeMachine, describeRow, measureSides, runReporter, type Side } from "../beside.js";
import { makeCt } from "../volumes/ct-scene.js";
import { canImport } from "../volumes/interleave.js";
import { encodeOnnx } from "./onnx.js";
import type { Job } from "./worker.js";

/** A network on a scan. */
interface Case {
  name: string;
  widths: readonly number[];
  /** Of the model, and of the scan's voxels along x, y, z. */
  modelMm: number;
  scanMm: Vec3;
  asked: Asked;
}

const shares = { timeShare: 0.7, memoryShare: 0.5 };
const torsoMm: Vec3 = [0.7, 0.7, 1];
const narrow = [8, 16, 32];
const wide = [16, 32, 64];
const cases: readonly Case[] = [
  { name: "narrow-3mm", widths: narrow, modelMm: 3, scanMm: torsoMm, asked: shares },
  { name: "wide-3mm", widths: wide, modelMm: 3, scanMm: torsoMm, asked: shares },
  { name: "narrow-1.5mm", widths: narrow, modelMm: 1.5, scanMm: torsoMm, asked: shares },
  { name: "wide-1.5mm", widths: wide, modelMm: 1.5, scanMm: torsoMm, asked: shares },
  { name: "body-3mm", widths: wide, modelMm: 3, scanMm: [0.8, 0.8, 3], asked: { ...shares, seconds: 20 } },
];

/** Version of onnxruntime-node that is installed where none is given. */
const onnxruntimeVersion = "1.30.0";

const helpText = `Usage: npm run bench -- predict [options]

Times a whole CT from its first byte to its label map on disk, the network being open: read .nii.gz, bring to the
model's grid, U-Net in windows of 64 voxels that overlap by half, bring back, write .nii.gz. Beside it the same weights
and windows in onnxruntime-node (files and grids are read, resampled and written by this project) and in PyTorch with
nibabel. Each round starts each side in a process of its own, in turns; shown are medians. Weights are random, which
changes no time.

  --onnxruntime DIR  folder in whose node_modules onnxruntime-node lies; without it ${onnxruntimeVersion} is installed from the npm
                     registry into a temporary folder (some 300 MB, removed at the end)
  --no-onnxruntime   without that side
  --python NAME      a Python with torch, numpy and nibabel (default python3); may be repeated, each is a side
  --slices N         slices of 512x512 voxels, at least 100 (default 300)
  --rounds N         rounds, at least 1 (default 3)
  --threads N        threads of all sides (default 2)
  --case NAME        only this one, may be repeated: ${cases.map(({ name }) => name).join(", ")}
  --json             everything measured as one JSON object
`;

const execute = promisify(execFile);

/** The benchmark of prediction; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      onnxruntime: { type: "string" },
      "no-onnxruntime": { type: "boolean" },
      python: { type: "string", multiple: true, default: ["python3"] },
      slices: { type: "string", default: "300" },
      rounds: { type: "string", default: "3" },
      threads: { type: "string", default: "2" },
      case: { type: "string", multiple: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const whole = (name: "slices" | "rounds" | "threads", least: number): number => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least) return number;
    throw new Error(`--${name} is ${values[name]}, expected a whole number from ${least}`);
  };
  const [slices, rounds, threads] = [whole("slices", 100), whole("rounds", 1), whole("threads", 1)];
  const unknown = values.case?.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`--case is ${unknown}, expected one of ${cases.map(({ name }) => name).join(", ")}`);
  const log = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  try {
    const onnxruntime = values["no-onnxruntime"]
      ? undefined
      : (values.onnxruntime ?? (await installOnnxRuntime(folder, log)));
    const pythons: string[] = [];
    for (const python of values.python)
      if (await canImport(python, ["torch", "numpy", "nibabel"])) pythons.push(python);
      else
        log(
          `${python} lacks torch, numpy or nibabel: no such side. ` +
            "On Debian: apt-get install python3-torch python3-nibabel, then --python /usr/bin/python3",
        );
    const rows = [];
    for (const one of cases.filter(({ name }) => values.case?.includes(name) ?? true)) {
      const job = await prepare(one, folder, slices, threads);
      const sides = createSides(job, onnxruntime, pythons);
      const title = `${one.name}: 512x512x${slices} of ${one.scanMm.join("x")} mm, ${one.widths.join("/")} at ${one.modelMm} mm`;
      const row = await measureSides(title, one.asked, sides, rounds);
      const agreement = await compareLabels(sides.map(({ name }) => outOf(job, name)));
      rows.push({ ...row, agreement });
      log(describeRow(row));
      if (agreement.length > 0)
        log(
          `  the same labels as ours in ${agreement.map((share) => (100 * share).toFixed(3)).join(" %, ")} %`,
        );
    }
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ slices, rounds, threads, machine: describeMachine(), rows }, null, 1)}\n`,
      );
    else log(`\nMedians of ${rounds} rounds, ${threads} threads, ${describeMachine()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installOnnxRuntime(folder: string, log: (line: string) => void): Promise<string | undefined> {
  const place = path.join(folder, "onnxruntime");
  const name = `onnxruntime-node@${onnxruntimeVersion}`;
  log(`${name} is installed from the npm registry into a temporary folder`);
  try {
    // Its install script only fetches files for CUDA; the one for processors is in the package.
    await execute("npm", ["install", "--prefix", place, "--ignore-scripts", "--no-audit", "--no-fund", name]);
    return place;
  } catch (error) {
    log(`${name} could not be installed: no such side (${String(error).split("\n")[0]})`);
    return undefined;
  }
}

/** Writes scan and model of a case. */
async function prepare(one: Case, folder: string, slices: number, threads: number): Promise<Job> {
  const shape: Vec3 = [512, 512, slices];
  const config = createNetworkConfig({ classes: 5, widths: one.widths, patch: [64, 64, 64] });
  // Filters above 0 smooth, so that labels come in pieces, as those of a trained network do.
  const weights = initializeWeights(config, createKey(1)).map((tensor) => ({
    ...tensor,
    data: tensor.name.startsWith("head") ? tensor.data : tensor.data.map(Math.abs),
  }));
  const model = path.join(folder, one.name);
  await saveModel(model, {
    config,
    weights,
    classNames: ["background", "liver", "kidney", "pancreas", "tumor"],
    spacingMm: [one.modelMm, one.modelMm, one.modelMm],
    windowHu: [-160, 240],
  });
  await writeFile(path.join(model, "model.onnx"), encodeOnnx(config, weights));
  const ct = path.join(folder, `${one.name}.nii.gz`);
  await writeVolume(ct, createVolume(makeCt(shape, one.scanMm), shape, { spacingMm: one.scanMm }), {
    level: 6,
  });
  return { model, ct, out: path.join(folder, "labels.nii.gz"), threads };
}

function outOf({ out }: Job, side: string): string {
  return out.replace(/labels/, `labels-${side.replace(/\W+/g, "-")}`);
}

function createSides(job: Job, onnxruntime: string | undefined, pythons: readonly string[]): Side[] {
  const worker = path.join(__dirname, "worker.js");
  const script = path.join(__dirname, "../../../bench/predict/peer.py");
  const side = (name: string, command: string, file: string, more: Partial<Job> = {}): Side => ({
    name,
    run: () => runReporter(command, [file, JSON.stringify({ ...job, ...more, out: outOf(job, name) })]),
  });
  return [
    side("ours", process.execPath, worker),
    ...(onnxruntime === undefined ? [] : [side("onnxruntime", process.execPath, worker, { onnxruntime })]),
    ...pythons.map((python, i) => side(i === 0 ? "PyTorch" : `PyTorch ${i + 1}`, python, script)),
  ];
}

/** Share of voxels in which each of the others has the first's label. */
async function compareLabels([ours, ...others]: readonly string[]): Promise<number[]> {
  const { data } = await readVolume(ours);
  const shares: number[] = [];
  for (const file of others) {
    const other = (await readVolume(file)).data;
    let same = 0;
    for (let i = 0; i < data.length; i++) if (data[i] === other[i]) same++;
    shares.push(same / data.length);
  }
  return shares;
}
