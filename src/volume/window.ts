import type { HuWindow } from "../contracts/volume-payload.js";
import { LabError, requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Volume } from "../core/types.js";

/**
 * Presets in the order a viewer offers them; the first is where it starts. The first four are reading presets in
 * common use for body CT (departments differ by some tens of HU); the last is the range to which the paper clips
 * intensities before training, [-175, 250] HU.
 */
export const huWindows: readonly HuWindow[] = [
  { name: "Soft tissue", centerHu: 40, widthHu: 400 },
  { name: "Liver", centerHu: 30, widthHu: 150 },
  { name: "Lung", centerHu: -600, widthHu: 1500 },
  { name: "Bone", centerHu: 500, widthHu: 2000 },
  { name: "Training [-175, 250]", centerHu: 37.5, widthHu: 425 },
];

/** The preset of that name (case does not matter). Throws a LabError that lists the names there are. */
export function findWindow(name: string): HuWindow {
  const found = huWindows.find((window) => window.name.toLowerCase() === name.toLowerCase());
  if (!found) throw new LabError("window", name, huWindows.map((window) => window.name).join(", "));
  return found;
}

/** Lowest and highest HU of a window. Throws a LabError unless the width is above 0. */
export function windowRange({ centerHu, widthHu }: HuWindow): readonly [number, number] {
  requireThat(
    Number.isFinite(centerHu) && Number.isFinite(widthHu) && widthHu > 0,
    "window",
    { centerHu, widthHu },
    "a finite centre and a width above 0, in HU",
  );
  return [centerHu - widthHu / 2, centerHu + widthHu / 2];
}

/**
 * Clips a volume to a window and scales it to 0..1: `0` at or below the lowest HU, `1` at or above the highest.
 * Stored numbers are rescaled on the way; a voxel that is not a number becomes 0.
 */
export function applyWindow(volume: Volume, window: HuWindow): Volume<Float32Array> {
  const [low, high] = windowRange(window);
  const { data, rescale } = volume;
  const scale = 1 / (high - low);
  const slope = (rescale?.slope ?? 1) * scale;
  const intercept = ((rescale?.intercept ?? 0) - low) * scale;
  const out = new Float32Array(data.length);
  const chunk = new Float64Array(65536);
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    for (let i = 0; i < part.length; i++) {
      const value = chunk[i] * slope + intercept;
      out[from + i] = value > 0 ? (value < 1 ? value : 1) : 0;
    }
  }
  return withData(volume, out);
}

/** Grey levels 0..255 of real values (as a slice holds them) under a window; not-a-number becomes 0. */
export function toGreyLevels(values: ArrayLike<number>, window: HuWindow): Uint8ClampedArray {
  const [low, high] = windowRange(window);
  const scale = 255 / (high - low);
  const out = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) out[i] = (values[i] - low) * scale;
  return out;
}
