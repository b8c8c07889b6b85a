import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SlurmWork } from "tumorlab/internal/experiment/run/slurm/job-array";
import type { SlurmRunOptions } from "tumorlab/internal/experiment/run/slurm/run-on-slurm";

/** Tiny tasks for a cluster, each of which writes a file. */
export interface TestTasks {
  folder: string;
  work: SlurmWork;
  isDone: (index: number) => Promise<boolean>;
  /** What was said by `onNotice`. */
  notices: string[];
  /** What was told by `onTask`, as words. */
  events: string[];
  options: SlurmRunOptions;
  remove(): void;
}

/**
 * Tasks that write their results into a folder whose name needs quoting.
 *
 * @param script lines of the shell before the result is written; `$1` is the index, `$PWD` the folder.
 */
export function createTasks(name: string, script = ""): TestTasks {
  const folder = join(mkdtempSync(join(tmpdir(), "tumorlab-tasks-")), "it's 100 %a");
  mkdirSync(folder);
  const program = join(folder, "task.sh");
  writeFileSync(
    program,
    `cd "$(dirname "$0")"\n${script}\necho "result $1" > part.$1 && mv part.$1 result.$1\n`,
  );
  const notices: string[] = [];
  const events: string[] = [];
  return {
    folder,
    work: { name, command: ["sh", program], logFolder: join(folder, "logs") },
    isDone: async (index) => existsSync(join(folder, `result.${index}`)),
    notices,
    events,
    options: {
      pollMs: 200,
      settleMs: 2000,
      onNotice: (text) => notices.push(text),
      onTask: (...words) => events.push(words.filter((word) => word !== undefined).join(" ")),
    },
    remove: () => rmSync(join(folder, ".."), { recursive: true, force: true }),
  };
}
