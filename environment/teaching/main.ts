import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { LabError } from "tumorlab/internal/core/errors";
import { readJson } from "tumorlab/internal/core/files";
import { writeFileAtomically } from "../runner/atomic-write.js";
import { parseRunnerOptions } from "../runner/options.js";
import { exitCodeOf, runNotebooks } from "../runner/runner.js";
import { type RunTimes, writeTimes } from "../runner/write-times.js";
import { fillPage } from "./fill.js";
import { countLessons, emptyRun, mergeRun, readRecord, type TeachingRecord, writeRecord } from "./record.js";
import { renderSheet } from "./sheet.js";

const helpText = `Usage: npm run teaching [-- OPTIONS] [LESSON...]

Counts the words, lines and outputs of the lessons, and writes the tables of minutes, the plans
and the sheet to print in notebooks/teaching/.
Running times are those of the record, notebooks/teaching/minutes.json.

  --measure      run the lessons first (or those that are named), at tiny and at small, one after the other
  --times FILE   take the times of a run of npm run notebooks -- --scale tiny|small --times FILE. Repeatable
  -h, --help     show this
`;

const scales = ["tiny", "small"] as const;

async function main(): Promise<number> {
  const { values, positionals } = readOptions();
  if (values.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const root = path.resolve(__dirname, "../../..");
  const folder = path.join(root, "notebooks", "teaching");
  const recordFile = path.join(folder, "minutes.json");
  const before = await readRecord(recordFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  const runs = { ...(before?.runs ?? { tiny: emptyRun(), small: emptyRun() }) };
  const files = values.times ?? [];
  const measured = values.measure ? await measure(root, positionals) : [];
  if (measured === undefined) return 1;
  const given = await Promise.all(
    files.map(
      async (file) =>
        (await readJson(file, "times, as npm run notebooks -- --times writes them")) as RunTimes,
    ),
  );
  for (const times of [...measured, ...given]) {
    const scale = scales.find((each) => each === times.scale);
    if (!scale) throw new LabError("--times", times.scale, "a run at scale tiny or small");
    runs[scale] = mergeRun(runs[scale], times);
  }
  const lessons = await countLessons(path.join(root, "notebooks"));
  const record: TeachingRecord = { about: "", lessons, runs };
  const text = writeRecord(record);
  await writeFileAtomically(recordFile, text);
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".md"))) {
    const file = path.join(folder, name);
    const page = await readFile(file, "utf8");
    const filled = fillPage(name, page, record);
    if (filled === page) continue;
    await writeFileAtomically(file, filled);
    process.stdout.write(`wrote ${path.relative(root, file)}\n`);
  }
  const sheet = await renderSheet(await readFile(path.join(folder, "sheet.md"), "utf8"), root);
  await writeFileAtomically(path.join(folder, "sheet.html"), sheet);
  return 0;
}

/** Runs lessons at both scales; `undefined` where one did not pass. */
async function measure(root: string, names: readonly string[]): Promise<RunTimes[] | undefined> {
  const folder = path.join(root, "notebooks");
  const all = (await readdir(folder)).filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();
  const unknown = names.find((each) => !all.some((name) => name.startsWith(each)));
  if (unknown !== undefined)
    throw new LabError(
      "lesson",
      unknown,
      `the beginning of one of ${all.map((name) => name.slice(0, -6)).join(", ")}`,
    );
  const chosen = all.filter((name) => names.length === 0 || names.some((each) => name.startsWith(each)));
  const place = await mkdtemp(path.join(tmpdir(), "tumorlab-times-"));
  const found: RunTimes[] = [];
  try {
    for (const scale of scales) {
      const args = [
        ...chosen.map((name) => path.join(folder, name)),
        "--scale",
        scale,
        "--check",
        "--jobs",
        "1",
      ];
      const options = parseRunnerOptions(args);
      const log = (line: string): void => void process.stdout.write(`${line}\n`);
      const results = await runNotebooks({ root, cwd: root, options, log });
      if (exitCodeOf(results, false) !== 0) return undefined;
      const file = path.join(place, `${scale}.json`);
      await writeTimes(file, results, options);
      found.push(JSON.parse(await readFile(file, "utf8")) as RunTimes);
    }
  } finally {
    await rm(place, { recursive: true, force: true });
  }
  return found;
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        measure: { type: "boolean" },
        times: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new LabError(
      "npm run teaching",
      process.argv.slice(2).join(" "),
      "the options of npm run teaching -- --help",
      (error as Error).message,
    );
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof LabError ? error.message : (error as Error).stack}\n`);
    process.exitCode = 2;
  },
);
