import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Programs by the names of Slurm's that do as a cluster would, task after task, where there is no Slurm: for what one
 * cannot make a real one do, and for machines without one.
 */
export interface StandIn {
  folder: string;
  /** Takes the place of a program: a script of the shell. */
  replace(program: string, script: string): void;
  /** Puts the first program back. */
  restore(program: string): void;
  /** Every call so far, its words separated by blanks. */
  calls(program: string): string[];
  remove(): void;
}

const scripts: Record<string, string> = {
  scontrol: "echo 'MaxArraySize = 4'",
  squeue: 'cat "$home/queue" 2>/dev/null; true',
  scancel: "true",
  // Job numbers count up; every task is done before the next, and sbatch returns when all have ended.
  sbatch: `
id=$(( $(cat "$home/last" 2>/dev/null || echo 0) + 1 )); echo $id > "$home/last"
for word in "$@"; do
  case "$word" in
    --array=*) tasks=\${word#*=} ;; --wrap=*) wrap=\${word#*=} ;; --job-name=*) name=\${word#*=} ;; --output=*) log=\${word#*=} ;;
  esac
done
tasks=\${tasks%\\%*}
log=$(printf %s "$log" | sed 's/%%/%/g; s/%A_%a.log$//')
for stretch in \${tasks//,/ }; do
  for (( task = \${stretch%-*}; task <= \${stretch#*-}; task++ )); do
    state='COMPLETED|None'
    SLURM_ARRAY_TASK_ID=$task sh -c "$wrap" > "$log\${id}_$task.log" 2>&1 || state='FAILED|NonZeroExitCode'
    echo "$id|$task|$state|$name" >> "$home/queue"
  done
done
echo "A word of the site."; echo "$id;cluster"`,
};

/** Puts the programs at the head of this process's PATH until they are removed. */
export function standInForSlurm(): StandIn {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-stand-in-"));
  const former = process.env.PATH;
  mkdirSync(join(folder, "bin"));
  process.env.PATH = [join(folder, "bin"), former].join(delimiter);
  const replace = (program: string, script: string): void => {
    const path = join(folder, "bin", program);
    const note = `for each in "$@"; do printf '%s ' "$each"; done >> "$home/${program}.calls"; echo >> "$home/${program}.calls"`;
    writeFileSync(path, `#!/bin/bash\nhome='${folder}'\n${note}\n${script}\n`);
    chmodSync(path, 0o755);
  };
  for (const [program, script] of Object.entries(scripts)) replace(program, script);
  return {
    folder,
    replace,
    restore: (program) => replace(program, scripts[program]),
    calls: (program) => {
      try {
        return readFileSync(join(folder, `${program}.calls`), "utf8")
          .trimEnd()
          .split(/ *\n/);
      } catch {
        return [];
      }
    },
    remove() {
      process.env.PATH = former;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
