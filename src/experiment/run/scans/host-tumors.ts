import type { TumorOrgan } from "../../../anatomy/organs.js";
import { sizeClasses } from "../../../anatomy/size-class.js";
import { isKind, LabError } from "../../../core/errors.js";
import type { Key } from "../../../core/random.js";
import { readLabelsAs } from "../../../data/named-labels.js";
import { readVolume } from "../../../formats/read.js";
import { locateBuilt } from "../../../platform/locations.js";
import { makeVariedCase } from "../../../synthesis/lesion-variety.js";
import type { SynthesisModule } from "../../../training/batch-worker.js";
import type { CaseSynthesizer } from "../../../training/batch.js";
import type { LabelledScan } from "../../../training/prepared-case.js";
import type { PlanSynthesis } from "../../plan/plan-synthesis.js";
import type { HostFiles } from "./scan-store.js";

/** What tumors on the fly are drawn from: plain data, as the thread that makes batches is handed it. */
export interface HostTumors {
  organ: TumorOrgan;
  /** Healthy scans, each alike likely. */
  hosts: readonly HostFiles[];
  synthesis: PlanSynthesis;
}

/** Hosts kept in memory at most, in bytes. */
const maxBytes = 2 ** 28;
/** Tumors that do not fit are drawn anew so often. */
const maxTries = 8;

/** {@link HostTumors} for the thread that makes batches. */
export function hostTumorModule(options: HostTumors): SynthesisModule {
  return { path: locateBuilt("hostTumors"), create: "openHostTumors", options };
}

/**
 * A synthesizer that puts the tumors of a plan into one of the hosts: host, size, number and everything of the tumors are
 * drawn from the key, so that no tumor comes twice and the same key gives the same case.
 *
 * @throws LabError (when called) after eight draws of which none could be made.
 */
export function openHostTumors({ organ, hosts, synthesis }: HostTumors): CaseSynthesizer {
  const { mix, generator } = synthesis;
  const classes = sizeClasses.flatMap(({ name }) => Array.from({ length: mix[name] }, () => name));
  const open = keepHosts(hosts);
  return async (key: Key) => {
    let reason = "";
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const own = key.split(attempt);
      const stream = own.split("choice").stream();
      const at = stream.integer(0, hosts.length - 1);
      const sizeClass = stream.choose(classes);
      const { name, patient, phase } = hosts[at];
      const scan = await open(at);
      try {
        const lesion = {
          name: `${name}+${organ}`,
          host: name,
          patient,
          organ,
          size: { sizeClass },
          method: generator,
          key: own.split("tumor").words,
          ...(phase ? { phase } : {}),
        };
        const { ct, labels } = await makeVariedCase(lesion, scan, synthesis);
        return { name: lesion.name, patient, ct, labels };
      } catch (error) {
        if (!isKind(error, "does-not-fit")) throw error;
        reason = `${name}, ${organ}, ${sizeClass}: ${error.message}`;
      }
    }
    throw new LabError(
      "synthetic tumor on the fly",
      reason,
      `a tumor that fits in one of ${maxTries} draws`,
      "Choose a finer grid or smaller tumors",
      { kind: "does-not-fit" },
    );
  };
}

/** Opens hosts by their place in the list, and keeps those used last in memory. */
function keepHosts(hosts: readonly HostFiles[]): (at: number) => Promise<LabelledScan> {
  const held = new Map<number, { scan: LabelledScan; bytes: number }>();
  let bytes = 0;
  return async (at) => {
    const found = held.get(at) ?? (await readHost(hosts[at]));
    if (!held.delete(at)) bytes += found.bytes;
    held.set(at, found);
    for (const [oldest, each] of held) {
      if (bytes <= maxBytes || held.size === 1) break;
      held.delete(oldest);
      bytes -= each.bytes;
    }
    return found.scan;
  };
}

async function readHost({
  name,
  patient,
  ct: image,
  labels: map,
  labelNames,
}: HostFiles): Promise<{ scan: LabelledScan; bytes: number }> {
  const [ct, labels] = await Promise.all([readVolume(image), readLabelsAs(map, labelNames)]);
  return { scan: { name, patient, ct, labels }, bytes: ct.data.byteLength + labels.data.byteLength };
}
