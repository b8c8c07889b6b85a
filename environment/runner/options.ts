import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { LabError } from "tumorlab/internal/core/errors";

/** What `npm run notebooks` was asked to do. */
export interface RunnerOptions {
  /** Notebooks by name, number or path; empty for all. */
  names: string[];
  /** Values for the `parameters` cells, by name. */
  parameters: Record<string, unknown>;
  /** Where outputs go: into the notebooks, nowhere, or nowhere but compared with the committed ones. */
  mode: "write" | "check" | "verify";
  /** Write into the notebooks although parameters were given. */
  writeWithParameters: boolean;
  /** Folder for executed copies. */
  out: string | undefined;
  /** Folder for self-contained HTML pages. */
  html: string | undefined;
  /** Folder for slides: one self-contained HTML page a notebook. */
  slides: string | undefined;
  /** Folder for TypeScript scripts of the cells. */
  script: string | undefined;
  /** File for what each cell took, as JSON. */
  times: string | undefined;
  /** Notebooks at a time, at least 1. */
  jobs: number;
  /** A folder of `notebooks/` whose notebooks run one after the other in one kernel. */
  shareKernel: string | undefined;
  /** Longest time for one cell. */
  cellTimeoutMs: number;
  help: boolean;
}

export const helpText = `Usage: npm run notebooks [-- NAME... OPTIONS]

Runs notebooks from the first to the last cell in a fresh kernel each and writes their outputs into them, in the
form that is committed: no counters, no times, no paths of this machine. A notebook that fails is left as it is.

NAME is a name, a number or a path: 01-one-scan, 01, notebooks/01-one-scan.ipynb. Default: all notebooks.

  --scale tiny|small|paper  set the parameter "scale" of the notebooks that have it
  -p, --parameter NAME=VALUE
                            set another parameter; VALUE is read as JSON if it is JSON. Repeatable
  --check                   change nothing: run a copy, fail on errors and on committed outputs that are missing
  --verify                  as --check, and fail where outputs differ from the committed ones; cells tagged
                            "volatile" may differ
  --out DIR                 write executed copies to DIR, with --html DIR or alone, and leave the notebooks as they
                            are; the copy of one that failed ends with its error
  --html DIR                write one self-contained HTML page a notebook to DIR, with live figures, for offline use
  --slides DIR              write the slides of notebooks whose cells are tagged for a slideshow to DIR, an HTML page each,
                            for offline use: arrow keys, Home and End turn them, N shows notes; prints a page a slide
  --script DIR              write the cells as TypeScript files to DIR, for review
  --times FILE              write what each cell took to FILE, in seconds of the clock and of the processors (Linux)
  --write                   write into the notebooks although parameters, --out, --html or --slides are given, which is not
                            done otherwise
  --jobs N                  run N notebooks at a time (default: one per processor core)
  --share-kernel FOLDER     run the notebooks of this folder of notebooks/ one after the other in one kernel: faster,
                            but what one declares the next ones have too
  --timeout SECONDS         longest time for one cell (default: 600 at tiny, 7200 at small, a week at paper)
  -h, --help                show this

Exit code: 0 all passed, 1 some failed, 2 the call is wrong, 130 interrupted.
`;

/**
 * Reads the command line.
 *
 * @throws LabError that names the option at fault.
 */
export function parseRunnerOptions(args: readonly string[]): RunnerOptions {
  const { values, positionals } = parse(args);
  if (values.check && values.verify)
    throw new LabError("--check --verify", "both", "one of them", "--verify checks too");
  const readOnly = values.check ?? values.verify ?? false;
  if (readOnly && values.write) {
    throw new LabError("--write", "--check or --verify beside it", "one of them", "A check changes nothing");
  }
  const parameters: Record<string, unknown> = {};
  if (values.scale !== undefined) {
    if (!["tiny", "small", "paper"].includes(values.scale)) {
      throw new LabError("--scale", values.scale, "tiny, small or paper");
    }
    parameters.scale = values.scale;
  }
  for (const text of values.parameter ?? []) {
    const [, name, value] = /^([A-Za-z_$][\w$]*)=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined) throw new LabError("--parameter", text, "NAME=VALUE");
    parameters[name] = readValue(value);
  }
  return {
    names: positionals,
    parameters,
    mode: values.verify ? "verify" : values.check ? "check" : "write",
    writeWithParameters: values.write ?? false,
    out: values.out,
    html: values.html,
    slides: values.slides,
    script: values.script,
    times: values.times,
    jobs: readCount("--jobs", values.jobs) ?? availableParallelism(),
    shareKernel: values["share-kernel"],
    cellTimeoutMs: (readSeconds("--timeout", values.timeout) ?? longestSeconds(parameters.scale)) * 1000,
    help: values.help ?? false,
  };
}

/** A training in a cell takes minutes at `small`, and days at `paper`. */
function longestSeconds(scale: unknown): number {
  if (scale === "paper") return 7 * 24 * 3600;
  return scale === "small" ? 7200 : 600;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scale: { type: "string" },
        parameter: { type: "string", short: "p", multiple: true },
        check: { type: "boolean" },
        verify: { type: "boolean" },
        write: { type: "boolean" },
        out: { type: "string" },
        html: { type: "string" },
        slides: { type: "string" },
        script: { type: "string" },
        times: { type: "string" },
        jobs: { type: "string" },
        "share-kernel": { type: "string" },
        timeout: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new LabError(
      "npm run notebooks",
      args.join(" "),
      "the options of npm run notebooks -- --help",
      (error as Error).message,
    );
  }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new LabError(option, text, "a whole number of at least 1");
  return count;
}

function readSeconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  // setTimeout holds at most 2^31 - 1 ms.
  if (!(seconds > 0 && seconds <= 2_000_000)) throw new LabError(option, text, "seconds, more than 0");
  return seconds;
}
