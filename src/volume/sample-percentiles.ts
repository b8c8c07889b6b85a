import { createVolume } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { judgeIntensities } from "./judge-intensities.js";
import { modalityOf } from "./modality.js";

/** So many values tell percentiles to a tenth of a percent. */
const sampleCount = 400_000;

/** The spread of a volume's real values, from a part of them. */
export interface SampledValues {
  /** Whether they are HU: what a DICOM header says decides, else whether they can be (see `judgeIntensities`). */
  isCt: boolean;
  /** The value below which a share of them lies, 0 to 1; 0 for a volume without finite values. */
  at: (share: number) => number;
}

/** Looks at some of the voxels, evenly spread; not-a-number and infinite ones are left out of the percentiles. */
export function samplePercentiles(volume: Volume): SampledValues {
  const { data, rescale } = volume;
  // A step that shares no factor with the row length, so that not one column of voxels is all that is seen.
  const step = Math.max(1, Math.floor(data.length / sampleCount)) | 1;
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  const values = new Float32Array(Math.ceil(data.length / step));
  for (let i = 0; i < values.length; i++) values[i] = data[i * step] * slope + intercept;
  const modality = modalityOf(volume);
  const canBeHu = (): boolean => {
    const { doubt, low, high } = judgeIntensities(createVolume(values, [values.length, 1, 1]));
    const isHu = doubt?.severity !== "warning" || doubt.isCutOff === true;
    return isHu && low < high;
  };
  // Most ask no more than whether it is a CT.
  let sorted: Float32Array | undefined;
  return {
    isCt: modality === undefined ? canBeHu() : modality === "CT",
    at: (share) => {
      sorted ??= values.filter((value) => Number.isFinite(value)).sort();
      return sorted.length === 0 ? 0 : sorted[Math.round(share * (sorted.length - 1))];
    },
  };
}
