import { requireThat } from "../errors.js";
import { requireSameGrid, withData } from "../grid.js";
import type { GrownTumor } from "../tumor/growth/synthesizer.js";
import { tumorAtStep } from "../tumor/growth/synthesizer.js";
import type { LesionPatch } from "../tumor/synthesizer.js";
import type { LabelMap, Mask, Vec3, Volume } from "../types.js";
import { crop, paste, type VoxelBox } from "../volume/crop.js";
import { countSlices, extractSlice, type Plane } from "../volume/slice.js";
import type { HuWindow } from "../volume/window.js";
import { drawDifference } from "./difference.js";
import type { Figure } from "./figure.js";
import { type Panel, pictureGrid } from "./picture-grid.js";
import { capitalize, drawPicture } from "./picture.js";

/** A scan with its labels. */
export interface LesionScan {
  /** Intensities in HU. */
  ct: Volume;
  labels: LabelMap;
}

/** How slices through a lesion are drawn. */
export interface LesionSliceOptions {
  title?: string;
  /** Default axial. */
  plane?: Plane;
  /** A preset's name or a window of one's own; default `"Soft tissue"`. */
  window?: string | HuWindow;
  /** Width of what is shown in mm; default four radii, at least 90. */
  fieldMm?: number;
}

/**
 * The slice through the largest part of a synthetic lesion, three times: healthy, with the lesion, and what was changed, in
 * HU, with the lesion's outline.
 *
 * @param healthy the scan the lesion was made in.
 */
export function lesionChangeFigure(
  healthy: LesionScan,
  patch: LesionPatch,
  options: LesionSliceOptions = {},
): Figure {
  const { plane = "axial", window } = options;
  const { organ, achievedRadiusMm } = patch.record;
  const view = viewLesion(healthy, patch, options);
  const index = largestSlice(view.mask, plane);
  const draw = (ct: Volume, labels?: LabelMap) =>
    drawPicture(ct, labels, { plane, overlayOpacity: 0, ...(window ? { window } : {}) }, index);
  const change = drawDifference(
    extractSlice(view.before, plane, index),
    extractSlice(view.after, plane, index),
  );
  const panels: Panel[] = [
    { picture: draw(view.before), caption: "Healthy" },
    { picture: draw(view.after), caption: "With lesion" },
    { picture: { ...draw(view.before, view.lesion), ctUri: change.uri }, caption: "Difference" },
  ];
  const title = `${capitalize(organ)}: a synthetic lesion of ${achievedRadiusMm.toFixed(1)} mm radius`;
  return pictureGrid(panels, {
    title: options.title ?? title,
    columns: 3,
    traces: [change.colorBar],
    rightPx: 90,
  });
}

/** One lesion of a strip. */
export interface LesionPanel {
  caption: string;
  patch: LesionPatch;
}

/**
 * Lesions of one scan side by side, each with its caption, in one scale and window: the slice through the middle of the
 * first one for all that lie in the same place. No outlines: they would hide the edge.
 *
 * @throws LabError for no lesions.
 */
export function lesionStripFigure(
  healthy: LesionScan,
  lesions: readonly LesionPanel[],
  options: LesionSliceOptions & { columns?: number } = {},
): Figure {
  const { plane = "axial", window, columns = 3, title = "Synthetic lesions" } = options;
  requireThat(lesions.length > 0, "lesions", lesions, "at least one lesion");
  const largest = Math.max(...lesions.map(({ patch }) => patch.record.achievedRadiusMm));
  const fieldMm = options.fieldMm ?? Math.max(90, 4 * largest);
  const panels = lesions.map(({ caption, patch }): Panel => {
    const view = viewLesion(healthy, patch, { ...options, fieldMm });
    const index = middleSlice(view.after, patch, view.box, plane);
    return {
      caption,
      picture: drawPicture(view.after, undefined, { plane, ...(window ? { window } : {}) }, index),
    };
  });
  return pictureGrid(panels, { title, columns });
}

/** What a figure shows of a lesion. */
interface LesionView {
  box: VoxelBox;
  before: Volume;
  after: Volume;
  mask: Mask;
  /** The lesion alone, under its name. */
  lesion: LabelMap;
}

function viewLesion(healthy: LesionScan, patch: LesionPatch, { fieldMm }: LesionSliceOptions): LesionView {
  const { ct, labels } = healthy;
  requireSameGrid(ct, labels, ["ct", "labels"]);
  const { centerVoxel, achievedRadiusMm, lesionLabel } = patch.record;
  const half = 0.5 * (fieldMm ?? Math.max(90, 4 * achievedRadiusMm));
  const steps = ct.spacingMm.map((mm) => Math.ceil(half / mm));
  const low = (axis: number): number => Math.max(0, centerVoxel[axis] - steps[axis]);
  const high = (axis: number): number => Math.min(ct.shape[axis] - 1, centerVoxel[axis] + steps[axis]);
  const box: VoxelBox = { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
  // The lesion is written into a block that holds both the view and the patch, not into a copy of the scan.
  const both = unite(box, patch.box);
  const inner: VoxelBox = { boxMin: minus(box.boxMin, both.boxMin), boxMax: minus(box.boxMax, both.boxMin) };
  const at = minus(patch.box.boxMin, both.boxMin);
  const block = crop(ct, both);
  const empty = withData(block, new Uint8Array(block.data.length));
  const mask = crop(paste(empty, patch.mask, at), inner);
  const value = lesionLabel.value;
  const data = Uint16Array.from(mask.data, (inside) => (inside ? value : 0));
  return {
    box,
    before: crop(block, inner),
    after: crop(paste(block, patch.ct, at), inner),
    mask,
    lesion: { ...withData(mask, data), names: { [value]: lesionLabel.name } },
  };
}

function unite(a: VoxelBox, b: VoxelBox): VoxelBox {
  const low = (axis: number): number => Math.min(a.boxMin[axis], b.boxMin[axis]);
  const high = (axis: number): number => Math.max(a.boxMax[axis], b.boxMax[axis]);
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}

function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** The slice with most of a mask in it; the middle one of an empty mask. */
function largestSlice(mask: Mask, plane: Plane): number {
  const total = countSlices(mask, plane);
  let best = Math.floor(total / 2);
  let most = 0;
  for (let index = 0; index < total; index++) {
    const count = extractSlice(mask, plane, index).data.reduce((sum, value) => sum + value, 0);
    if (count > most) [best, most] = [index, count];
  }
  return best;
}

/** The slice of a view that holds the lesion's own middle. */
function middleSlice(view: Volume, { record }: LesionPatch, { boxMin }: VoxelBox, plane: Plane): number {
  const middle = minus(record.centerVoxel, boxMin);
  const marked = new Uint8Array(view.data.length);
  marked[middle[0] + view.shape[0] * (middle[1] + view.shape[1] * middle[2])] = 1;
  return largestSlice(withData(view, marked), plane);
}

/** {@link LesionSliceOptions} of a growth. */
export interface GrowthFigureOptions extends LesionSliceOptions {
  /** Steps shown, 2 to 40; default 16. */
  frames?: number;
}

/** A clear picture of one pixel, for steps before the tumor reaches the slice. */
const nothing =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII=";

/**
 * A tumor as it grew, on a slider: the slice through the largest part of it, twice, plain and with its outline. The
 * picture that stands still shows its end.
 *
 * @throws LabError for fewer than 2 or more than 40 frames.
 */
export function growthFigure(grown: GrownTumor, options: GrowthFigureOptions = {}): Figure {
  const { plane = "axial", window, frames = 16 } = options;
  requireThat(Number.isInteger(frames) && frames >= 2 && frames <= 40, "frames", frames, "2 to 40");
  const { patch, series } = grown;
  const index = largestSlice(patch.mask, plane);
  const { value, name } = patch.record.lesionLabel;
  const steps = Array.from({ length: frames }, (_, i) => Math.round((i * series.steps) / (frames - 1)));
  const pictures = steps.map((step) => {
    const { ct, mask } = tumorAtStep(grown, step);
    const lesion = {
      ...withData(
        mask,
        Uint16Array.from(mask.data, (is) => (is ? value : 0)),
      ),
      names: { [value]: name },
    };
    return drawPicture(ct, lesion, { plane, overlayOpacity: 0, ...(window ? { window } : {}) }, index);
  });
  const last = pictures[frames - 1];
  const figure = pictureGrid(
    [
      { picture: { ...last, overlayUri: undefined, structures: [] }, caption: "CT" },
      { picture: last, caption: "With the outline" },
    ],
    {
      title: options.title ?? `${capitalize(patch.record.organ)}: a tumor grows in ${series.steps} steps`,
      columns: 2,
      belowPx: 96,
    },
  );
  const sliderSteps = steps.map((step, i) => ({
    label: `${step}`,
    method: "relayout",
    args: [
      {
        "images[0].source": pictures[i].ctUri,
        "images[1].source": pictures[i].ctUri,
        "images[2].source": pictures[i].overlayUri ?? nothing,
      },
    ],
  }));
  return { ...figure, layout: { ...figure.layout, sliders: [slider(sliderSteps, frames - 1)] } };
}

function slider(steps: readonly object[], active: number): Record<string, unknown> {
  return {
    active,
    steps,
    x: 0,
    len: 1,
    y: 0,
    pad: { t: 44, b: 0 },
    currentvalue: { prefix: "Step ", font: { size: 13 }, xanchor: "left" },
    tickcolor: "#5b6270",
    font: { size: 11 },
  };
}
