import { requireThat } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { locateEnvironment } from "../platform/locations.js";
import { describeMachine } from "../platform/machine.js";
import { resolve } from "../platform/paths.js";
import { ownProgram, spawn } from "../platform/processes.js";
import { type Command, type CommandIo, parseOptions, UsageError } from "./command.js";
import { isCount } from "./engine-options.js";

/** `tumorlab course release` */
export const courseReleaseCommand: Command = {
  name: "course release",
  summary: "makes the folders of a course: the lessons for each student, with values of their own",
  usage: `tumorlab course release DIR --class CLASS.csv [options]

  --class CLASS.csv   one student per row: id and name, or what Canvas, Moodle or ILIAS export; all columns are kept
  --course NAME       name of the course (default: the folder's)
  --lessons 00,01,05  which lessons, by number or name (default: all)
  --seed N            seed of the course, from which the students' values and the hidden tests come (default: a random one)
  --solutions         lets the students' notebooks show the project's solutions, after a try

Writes DIR/release/STUDENT for each student, to be handed out: the lessons without outputs, the files they read and a
course.json with the student's seed. DIR/class.json holds all seeds: keep it to yourself. A DIR with something in it is
refused. Students unpack their folder as course/ of the project and start the lab with npm start -- --course.`,
  run(args, io) {
    const options = parseOptions(args, {
      values: ["class", "course", "lessons", "seed"],
      flags: ["solutions"],
    });
    const folder = readFolder(options.positionals, 1);
    const classList = options.value("class");
    if (classList === undefined) throw new UsageError("--class is missing");
    const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const seed = options.number("seed", NaN, isSeed, "a whole number from 0");
    return runCourse(io, {
      do: "release",
      folder,
      classList: resolve(classList),
      course: options.value("course") ?? folder.split(/[\\/]/).at(-1),
      lessons: options.value("lessons")?.split(","),
      ...(Number.isNaN(seed) ? {} : { seed }),
      solutions: options.has("solutions"),
    });
  },
};

/** `tumorlab course collect` */
export const courseCollectCommand: Command = {
  name: "course collect",
  summary: "puts what students sent where it belongs, whatever it is called",
  usage: `tumorlab course collect DIR FROM... [options]

  DIR     the folder of tumorlab course release
  FROM    files, folders and zip archives, as Moodle, Canvas or ILIAS give them, or as they came
  --json  prints what was placed, left and is missing as JSON

The path of a notebook says whose it is (id, login, email address, name), or else what was written into it when it was handed out.
Its metadata, its name or its exercises say which lesson it is. It goes to DIR/submitted/STUDENT. If a student submits again, the
later submission counts, and the earlier one is kept. What can't be placed is listed and stays where it is; then the exit code is 1.`,
  run(args, io) {
    const options = parseOptions(args, { flags: ["json"] });
    const folder = readFolder(options.positionals, Infinity);
    const from = options.positionals.slice(1).map((each) => resolve(each));
    if (from.length === 0) throw new UsageError("FROM is missing: what came in");
    return runCourse(io, { do: "collect", folder, from, json: options.has("json") });
  },
};

/** `tumorlab course grade` */
export const courseGradeCommand: Command = {
  name: "course grade",
  summary: "grades what was collected: tables for Canvas, Moodle and ILIAS, and one page per student",
  usage: `tumorlab course grade DIR [options]

  DIR          the folder of tumorlab course release
  --hidden     also tries functions on values that no notebook shows; an exercise counts if both are passed, and the pages say so
  --workers N  notebooks at the same time (default: one per core)
  --force      overwrites the grades of an earlier run
  --json       prints the grades as JSON

Writes DIR/grades.csv (one row per student), grades-exercises.csv (one row per exercise, with its remark), grades-canvas.csv,
grades-moodle.csv, grades-ilias.csv (passed from half of the points on) and DIR/feedback/STUDENT.html.
Only the cells of the exercises are run, not the lesson. Each notebook has its own process, which may read the library and
write nothing. It has no network, 10 seconds of processor time and 1 GB of memory, and it never learns the right answers. If a
notebook can't be read, it is named with the reason, and the others go on.`,
  run(args, io) {
    const options = parseOptions(args, { values: ["workers"], flags: ["hidden", "force", "json"] });
    const folder = readFolder(options.positionals, 1);
    const workers = options.number("workers", describeMachine().cores, isCount, "a whole number from 1");
    const [hidden, force, json] = ["hidden", "force", "json"].map((name) => options.has(name));
    return runCourse(io, { do: "grade", folder, hidden, workers, force, json, isTerminal: io.isTerminal });
  },
};

/** What `tumorlab course` can do. */
export const courseCommands: readonly Command[] = [
  courseReleaseCommand,
  courseCollectCommand,
  courseGradeCommand,
];

function readFolder(positionals: readonly string[], most: number): string {
  if (positionals.length === 0) throw new UsageError("DIR is missing");
  if (positionals.length > most) throw new UsageError(`unexpected ${positionals[most]}`);
  return resolve(positionals[0]);
}

/** Runs the workflow, which knows notebooks and TypeScript and so is a program of the environment. */
async function runCourse(io: CommandIo, task: Record<string, unknown>): Promise<number> {
  const program = locateEnvironment("course/main.js");
  requireThat(
    await isThere(program),
    program,
    "nothing there",
    "the built environment",
    "Run npm run build in the project's folder",
    "missing-file",
  );
  const child = spawn(ownProgram, [program, JSON.stringify(task)], { stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): void => void child.kill("SIGINT");
  io.signal.addEventListener("abort", stop);
  try {
    child.stdout.setEncoding("utf8").on("data", (text: string) => io.out(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => io.err(text));
    return await new Promise<number>((settle, fail) => {
      child.on("error", fail);
      child.on("close", (code) => settle(code ?? 1));
    });
  } finally {
    io.signal.removeEventListener("abort", stop);
  }
}
