import { requireSameGrid } from "../../core/grid.js";
import type { RunOptions } from "../../core/progress.js";
import { runInWorkers } from "../../core/worker-pool.js";
import { patientOfCase } from "../../data/case-files.js";
import { doubtSeries, nameSeries } from "../../data/case-series.js";
import { fingerprintScan, type ScanFingerprint } from "../../data/fingerprint.js";
import { hashScanFiles } from "../../data/hash-scan.js";
import { readCt } from "../../data/read-ct.js";
import { locateBuilt } from "../../platform/locations.js";
import { relative } from "../../platform/paths.js";
import { parentPort, workerData } from "../../platform/workers.js";
import {
  findHealthyOrgans,
  findTumorOrgans,
  type HostCandidate,
  phaseOf,
} from "../../synthesis/host-scans.js";
import { readHostLabels } from "../../synthesis/synthetic-case.js";
import type { PlanScan } from "./folder-scans.js";

/** A scan of a folder that was looked at. */
export interface SurveyedScan {
  scan: PlanScan;
  /** What tells whose it is: the table, its name (see `patientOfCase`), or nothing: it counts as a patient of its own. */
  patientFrom: "table" | "name" | "nothing";
  /** Whether the table has a line for it. */
  isListed: boolean;
  /** By which it is known again. */
  fingerprint: ScanFingerprint;
  /** Why its numbers cannot be HU, in a sentence that names the file, or its labels may be another scan's; absent where all is well. */
  doubt?: string;
}

/** A folder whose scans were looked at. */
export interface SurveyedFolder {
  /** Absolute path. */
  folder: string;
  /** Structure by label value. */
  names: Record<number, string>;
  /** The table of its scans, and whether it was named or lay in the folder; absent where there is none. */
  table?: { path: string; isGiven: boolean };
  surveyed: SurveyedScan[];
}

/** Scans that were looked at, and why others could not be. */
export interface ScanSurvey {
  surveyed: SurveyedScan[];
  failed: { case: string; reason: string }[];
}

interface SurveyTask {
  folder: string;
  candidate: HostCandidate;
}
type SurveyReply = SurveyedScan | { reason: string };

/** Looks at the scans of a folder, `workers` at a time, in their order: their labels, their grid, their bytes. */
export async function surveyScans(
  folder: string,
  candidates: readonly HostCandidate[],
  workers: number,
  options: RunOptions = {},
): Promise<ScanSurvey> {
  const replies = await runInWorkers<SurveyTask, SurveyReply>(
    candidates.map((candidate) => ({ folder, candidate })),
    {
      script: locateBuilt("scanSurveyWorker"),
      workerData: { scanSurvey: true },
      run: surveyScan,
      fail: (_, reason) => ({ reason }),
      labelOf: ({ candidate }) => candidate.case,
    },
    workers,
    options,
  );
  return {
    surveyed: replies.flatMap((reply) => ("scan" in reply ? [reply] : [])),
    failed: replies.flatMap((reply, at) =>
      "reason" in reply ? [{ case: candidates[at].case, reason: reply.reason }] : [],
    ),
  };
}

async function surveyScan({ folder, candidate }: SurveyTask): Promise<SurveyReply> {
  const { case: name, files, facts } = candidate;
  const { ct: image, labels: maps, reading } = files;
  try {
    const { ct, doubt: doubtHu } = await readCt(image, reading);
    const doubts = [
      doubtHu,
      await doubtSeries({ image, reading }, typeof maps === "string" ? maps : maps[0]),
    ];
    const doubt = doubts.filter((each) => each !== undefined).join("; ");
    const named =
      reading?.series === undefined ? undefined : await nameSeries([{ name, image, reading }], folder);
    const series = named?.get(name);
    const labels = await readHostLabels(files);
    requireSameGrid(ct, labels, [image, typeof maps === "string" ? maps : maps[0]]);
    const phase = phaseOf(facts?.phase);
    const told = facts?.patient ?? patientOfCase(name);
    const scan: PlanScan = {
      name,
      patient: told ?? name,
      ...(phase ? { phase } : {}),
      image: relative(folder, image),
      labels: typeof maps === "string" ? relative(folder, maps) : maps.map((path) => relative(folder, path)),
      ...(reading ? { reading } : {}),
      ...(series === undefined ? {} : { series }),
      sha256: await hashScanFiles({ image, labels: maps, reading }),
      shape: ct.shape,
      spacingMm: ct.spacingMm,
      tumors: findTumorOrgans(labels),
      healthy: findHealthyOrgans(labels, facts),
    };
    return {
      scan,
      patientFrom: told === undefined ? "nothing" : facts?.patient === undefined ? "name" : "table",
      isListed: facts !== undefined,
      fingerprint: fingerprintScan(ct),
      ...(doubt === "" ? {} : { doubt }),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: message.replaceAll(/\s*\n\s*/g, " ") };
  }
}

/** In a worker thread this file looks at each scan it is sent. */
if (parentPort && (workerData as { scanSurvey?: boolean } | undefined)?.scanSurvey) {
  const port = parentPort;
  port.on("message", (task: SurveyTask) => {
    void surveyScan(task).then((reply) => port.postMessage(reply));
  });
}
