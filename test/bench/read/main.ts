import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  type Asked,
  describeMachine,
  describeRow,
  measureSides,
  type Row,
  runProgram,
  runReporter,
  type Side,
} from "../beside.js";
import { canImport } from "../volumes/interleave.js";
import { makeScan, packSeries, writeScan, writeSeries } from "./inputs.js";

/** What is read, from which of the inputs, and beside whom. */
interface Task {
  name: string;
  description: string;
  kind: "convert" | "read" | "picture";
  /** A file that a scan is written to, or how a series is packed. */
  input: string;
  slices: "slices" | "pictureSlices";
  peer?: "nibabel" | "SimpleITK" | "dcm2niix";
  asked: Asked;
}

const tasks: readonly Task[] = [
  {
    name: "dicom",
    description: "DICOM series without compression to .nii",
    kind: "convert",
    input: "raw",
    slices: "slices",
    peer: "dcm2niix",
    asked: { timeShare: 1.2 },
  },
  {
    name: "dicom-jpeg-lossless",
    description: "DICOM series in JPEG lossless to .nii",
    kind: "convert",
    input: "--jpeg",
    slices: "slices",
    peer: "dcm2niix",
    asked: { timeShare: 1.2 },
  },
  {
    name: "dicom-jpeg-2000",
    description: "DICOM series in JPEG 2000 to .nii",
    kind: "convert",
    input: "--j2k",
    slices: "slices",
    peer: "dcm2niix",
    asked: { timeShare: 1.2 },
  },
  ...(
    [
      ["nii-gz", "ct.nii.gz", "nibabel"],
      ["nrrd", "ct.nrrd", "SimpleITK"],
      ["mha", "ct.mha", "SimpleITK"],
    ] as const
  ).map(([name, input, peer]): Task => ({
    name,
    description: `${input} into memory`,
    kind: "read",
    input,
    slices: "slices",
    peer,
    asked: { timeShare: 1 },
  })),
  ...["picture.nii", "picture.nii.gz"].map((input): Task => ({
    name: input.replaceAll(".", "-"),
    description: `first picture of ${input}: what it is and its middle axial plane, from the lab's server`,
    kind: "picture",
    input,
    slices: "pictureSlices",
    asked: { seconds: 2 },
  })),
];

const helpText = `Usage: npm run bench -- read [options]

Times how scans are read, each beside the tool a user would otherwise pick: DICOM series to .nii beside dcm2niix (-z n),
.nii.gz beside nibabel, .nrrd and .mha beside SimpleITK, and how long the lab's server takes to the first picture of a
large scan (its own functions, without browser and network). Each round starts each side in a process of its own, in
turns; shown are medians. Our time is from the first byte with the library loaded, dcm2niix's that of the whole program.
Installs nothing: sides that are missing are named.

  --python NAME      Python with nibabel, and with SimpleITK where there is one (default python3)
  --slices N         slices of 512x512 voxels, at least 20 (default 200)
  --picture-slices N slices of the scan whose first picture is timed (default 600)
  --rounds N         rounds, at least 1 (default 3)
  --task NAME        only this one, may be repeated: ${tasks.map(({ name }) => name).join(", ")}
  --json             everything measured as one JSON object
`;

interface Inputs {
  folder: string;
  slices: number;
  pictureSlices: number;
  /** What has been written so far. */
  made: Set<string>;
}

/** The benchmark of reading; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      python: { type: "string", default: "python3" },
      slices: { type: "string", default: "200" },
      "picture-slices": { type: "string", default: "600" },
      rounds: { type: "string", default: "3" },
      task: { type: "string", multiple: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const whole = (name: "slices" | "picture-slices" | "rounds", least: number): number => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least) return number;
    throw new Error(`--${name} is ${values[name]}, expected a whole number from ${least}`);
  };
  const [slices, pictureSlices, rounds] = [
    whole("slices", 20),
    whole("picture-slices", 20),
    whole("rounds", 1),
  ];
  const unknown = values.task?.find((name) => !tasks.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`--task is ${unknown}, expected one of ${tasks.map(({ name }) => name).join(", ")}`);
  const log = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  const inputs: Inputs = { folder, slices, pictureSlices, made: new Set() };
  try {
    const rows: Row[] = [];
    const peers = await findPeers(values.python, log);
    for (const task of tasks.filter(({ name }) => values.task?.includes(name) ?? true)) {
      const input = await makeInput(task, inputs);
      if (input === undefined) {
        log(
          `${task.name}: left out, there is no gdcmconv to pack the series. On Debian: apt-get install libgdcm-tools`,
        );
        continue;
      }
      const title = `${task.name}: ${task.description}, 512x512x${inputs[task.slices]}`;
      const sides = createSides(task, input, folder, values.python, peers);
      const row = await measureSides(title, task.asked, sides, rounds);
      rows.push(row);
      log(describeRow(row));
    }
    if (values.json)
      process.stdout.write(`${JSON.stringify({ rounds, machine: describeMachine(), rows }, null, 1)}\n`);
    else log(`\nMedians of ${rounds} rounds, ${describeMachine()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findPeers(python: string, log: (line: string) => void): Promise<Set<string>> {
  const found = new Set<string>();
  const isThere = (name: string): Promise<boolean> =>
    name === "dcm2niix"
      ? // It has no call that does nothing and ends well: its help ends with an error of its own.
        runProgram(name, ["-h"]).then(
          () => true,
          (error: { code?: unknown }) => error.code !== "ENOENT",
        )
      : canImport(python, [name]);
  for (const [name, advice] of [
    ["dcm2niix", "Debian's package is dcm2niix"],
    ["nibabel", "Debian's package is python3-nibabel, for --python /usr/bin/python3"],
    ["SimpleITK", `name a Python that has it with --python`],
  ] as const)
    if (await isThere(name)) found.add(name);
    else log(`No ${name}: our side alone there. ${advice}`);
  return found;
}

async function makeInput(task: Task, inputs: Inputs): Promise<string | undefined> {
  const { folder, made } = inputs;
  const place = path.join(folder, task.kind === "convert" ? `series${task.input}` : task.input);
  if (made.has(place)) return place;
  const scan = makeScan(inputs[task.slices]);
  if (task.kind !== "convert") await writeScan(place, scan);
  else {
    const raw = path.join(folder, "seriesraw");
    if (!made.has(raw)) await writeSeries(raw, scan);
    made.add(raw);
    if (task.input === "--jpeg" || task.input === "--j2k")
      if (!(await packSeries(raw, place, task.input))) return undefined;
  }
  made.add(place);
  return place;
}

function createSides(task: Task, input: string, folder: string, python: string, peers: Set<string>): Side[] {
  const worker = path.join(__dirname, "worker.js");
  const script = path.join(__dirname, "../../../bench/read/peer.py");
  const reps = task.kind === "read" ? "3" : "1";
  const out = path.join(folder, "out.nii");
  const ours: Side = {
    name: "ours",
    run: async () => {
      await rm(out, { force: true });
      return runReporter(process.execPath, [worker, task.kind, input, reps, out]);
    },
  };
  if (task.peer === undefined || !peers.has(task.peer)) return [ours];
  const { peer } = task;
  if (peer !== "dcm2niix")
    return [ours, { name: peer, run: () => runReporter(python, [script, peer, input, reps]) }];
  const theirs = path.join(folder, "dcm2niix");
  return [
    ours,
    {
      name: peer,
      run: async () => {
        await rm(theirs, { recursive: true, force: true });
        await mkdir(theirs);
        return runProgram(peer, ["-z", "n", "-b", "n", "-f", "out", "-o", theirs, input]);
      },
    },
  ];
}
