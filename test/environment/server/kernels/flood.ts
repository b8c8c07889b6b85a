import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startProgramsUncovered } from "../../uncovered.js";
import { type Channel, openChannel, startKernel } from "../support/channel.js";
import { type DistantLab, openDistantLab, patienceMs, until } from "../support/harness.js";

export const megabyte: number = 2 ** 20;
/** Of a quarter of a megabyte each, that the kernel prints. */
export const pieces: number = 200 * 4;
/** What the server may use more than before, whatever the kernel prints. */
const allowedBytes = 130 * megabyte;

/** A lab in a process of its own with one kernel that is to print 200 MB. */
export interface Flood {
  lab: DistantLab;
  /** The kernel's. */
  id: string;
  /** A page that is connected to it. */
  channel: Channel;
  /** Where the kernel notes how many pieces it got rid of. */
  progressFile: string;
  /** Fails when the server took more memory than it may. */
  requireBounded: () => Promise<void>;
  /** How many pieces the kernel got rid of when it makes no more progress. */
  untilStalled: () => Promise<number>;
}

/** Opens a lab for each test of a suite that asks for one and closes it after the test. */
export function useFlood(suite: Mocha.Suite): (outputLimitBytes?: number) => Promise<Flood> {
  suite.timeout(patienceMs);
  startProgramsUncovered();
  let lab: DistantLab | undefined;
  suite.afterEach(() => lab?.close());
  return async (outputLimitBytes) => {
    const opened = (lab = await openDistantLab({ outputLimitBytes }));
    const id = await startKernel(opened);
    const channel = await openChannel(opened, id, "one");
    await channel.run("count");
    const before = (await opened.measure()).peakBytes;
    const progressFile = join(opened.temporary, "progress");
    return {
      ...{ lab: opened, id, channel, progressFile },
      async requireBounded() {
        const used = (await opened.measure()).peakBytes - before;
        assert.ok(used < allowedBytes, `the server took ${Math.round(used / megabyte)} MB more`);
      },
      untilStalled: () => untilStalled(progressFile),
    };
  };
}

async function untilStalled(progressFile: string): Promise<number> {
  let [last, since] = [-1, Date.now()];
  return await until("the kernel to stall", () => {
    const text = (() => {
      try {
        return readFileSync(progressFile, "utf8");
      } catch {
        return "";
      }
    })();
    if (text !== "" && Number(text) !== last) [last, since] = [Number(text), Date.now()];
    return last === pieces || (last > 0 && Date.now() - since > 2000) ? last : undefined;
  });
}
