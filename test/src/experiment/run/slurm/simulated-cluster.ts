import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArrayName } from "tumorlab/internal/experiment/run/slurm/array-name";
import type { StandIn } from "./stand-in.js";

/** What becomes of a task when it is run for the `attempt`-th time, from 1. */
export type TaskEnd = "COMPLETED" | "FAILED" | "NODE_FAIL" | "OUT_OF_MEMORY";

/** A cluster that runs no programs: tasks wait, run and end as a test says. */
export interface SimulatedCluster {
  /** Most tasks that were in the queue at a time. */
  mostQueued: number;
  /** Goes one step on: running tasks end, waiting ones start. */
  step(): void;
}

interface Task {
  index: number;
  line: string;
  state: string;
}

/**
 * Puts a queue of `size` places behind the stand-ins: sbatch refuses arrays beyond MaxArraySize and more tasks than MaxSubmit, and
 * squeue shows what {@link SimulatedCluster.step} made of them.
 *
 * @param run is called for each task that ends, with its index and how often it has run; what a task leaves is its to write.
 */
export function simulateCluster(
  slurm: StandIn,
  { maxArraySize, maxSubmit, places }: { maxArraySize: number; maxSubmit: number; places: number },
  run: (index: number, attempt: number) => TaskEnd,
): SimulatedCluster {
  const [queue, jobs] = [join(slurm.folder, "queue"), join(slurm.folder, "jobs")];
  slurm.replace("scontrol", `echo 'MaxArraySize = ${maxArraySize}'`);
  // Each job that was taken is a line: number, name, tasks. Those under way are counted in the queue and among jobs not seen yet.
  slurm.replace(
    "sbatch",
    `
for word in "$@"; do
  case "$word" in --array=*) tasks=\${word#*=} ;; --job-name=*) name=\${word#*=} ;; esac
done
tasks=\${tasks%\\%*}
read count largest < <(echo "\${tasks:-0}" | awk -F, '{ for (i = 1; i <= NF; i++) { n = split($i, part, "-"); last = part[n]; count += last - part[1] + 1; if (last > most) most = last } print count, most + 0 }')
(( largest < ${maxArraySize} )) || { echo 'sbatch: error: Batch job submission failed: Invalid job array specification' >&2; exit 1; }
busy=$(cat "$home/busy" 2>/dev/null || echo 0)
(( busy + count <= ${maxSubmit} )) || { echo 'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user size and/or time limits)' >&2; exit 1; }
echo $(( busy + count )) > "$home/busy"
id=$(( $(cat "$home/last" 2>/dev/null || echo 0) + 1 )); echo $id > "$home/last"
echo "$id|$name|$tasks" >> "$home/jobs"
echo $id`,
  );
  const tasks: Task[] = [];
  const attempts = new Map<number, number>();
  let seen = 0;
  const cluster: SimulatedCluster = {
    mostQueued: 0,
    step() {
      const lines = existsSync(jobs) ? readFileSync(jobs, "utf8").trim().split("\n") : [];
      for (const line of lines.slice(seen)) {
        const [id, name, list] = line.split("|");
        const base = readArrayName(name, name.split("+")[0])!;
        for (const stretch of list === "" ? [] : list.split(",")) {
          const [from, to = from] = stretch.split("-").map(Number);
          for (let task = from; task <= to; task++)
            tasks.push({
              index: base + task,
              line: `${id}|${task}|STATE|${name}`,
              state: "PENDING|Resources",
            });
        }
      }
      seen = lines.length;
      for (const task of tasks.filter(({ state }) => state === "RUNNING|None")) {
        const attempt = (attempts.get(task.index) ?? 0) + 1;
        attempts.set(task.index, attempt);
        task.state = `${run(task.index, attempt)}|None`;
      }
      for (const task of tasks.filter(({ state }) => state.startsWith("PENDING")).slice(0, places))
        task.state = "RUNNING|None";
      const busy = tasks.filter(({ state }) => /^(PENDING|RUNNING)/.test(state)).length;
      cluster.mostQueued = Math.max(cluster.mostQueued, busy);
      writeFileSync(join(slurm.folder, "busy"), `${busy}\n`);
      const text = tasks.map(({ line, state }) => `${line.replace("STATE", state)}\n`).join("");
      writeFileSync(`${queue}.part`, text);
      renameSync(`${queue}.part`, queue);
    },
  };
  return cluster;
}
