import { readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import type { SideReport } from "../beside.js";
import { readPeakMb } from "../volumes/interleave.js";
import { HeldScans } from "#environment/server/scans/held-scans.js";

/**
 * Our side of the reading benchmark: `read FILE`, `convert DIR OUT` or `picture FILE`, so often, as a report.
 * A picture is what the lab's viewer asks its server for: what the scan is, then the axial plane in its middle.
 */
async function main(): Promise<void> {
  const [task, file, reps, out] = process.argv.slice(2);
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  for (let i = 0; i < Number(reps); i++) {
    const before = process.cpuUsage();
    const start = performance.now();
    if (task === "read") await readVolume(file);
    else if (task === "convert") await writeVolume(out, await readVolume(file));
    else await showPicture(file);
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(before);
    cpuSeconds.push((user + system) / 1e6);
  }
  const report: SideReport = { seconds, cpuSeconds, peakMb: readPeakMb() };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function showPicture(file: string): Promise<void> {
  const scans = new HeldScans();
  try {
    const place = { file, path: file };
    const about = await scans.ask(place, { ask: "describe" });
    if ("refusal" in about) throw new Error(about.refusal);
    const { shape } = about.value as { shape: readonly number[] };
    const plane = await scans.ask(place, { ask: "plane", plane: "axial", index: shape[2] >> 1 });
    if ("refusal" in plane) throw new Error(plane.refusal);
    if ((plane.value as Int16Array).length !== shape[0] * shape[1]) throw new Error("no plane");
  } finally {
    scans.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
