import type { HuWindow } from "../contracts/volume-payload.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { requireSameGrid, withData } from "../core/grid.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import type { GrownTumor } from "../tumor/growth/synthesizer.js";
import { tumorAtStep } from "../tumor/growth/synthesizer.js";
import type { LesionPatch } from "../tumor/synthesizer.js";
import { fitWindow } from "../viewer/fit-window.js";
import { crop, cropAround, paste, type VoxelBox } from "../volume/crop.js";
import type { Plane } from "../volume/planes.js";
import { countSlices, extractSlice } from "../volume/slice.js";
import { renderDifference } from "./difference.js";
import type { Figure } from "./figure.js";
import { type Panel, pictureGrid } from "./picture-grid.js";
import { capitalize, renderPicture } from "./picture.js";
import { playAt, sliderOf } from "./slider.js";

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
  /** A preset's name or a window of your own; default `"Soft tissue"`. */
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
  const { plane = "axial" } = options;
  const window = fitWindow(healthy.ct, healthy.labels, options.window);
  const { organ, achievedRadiusMm } = patch.record;
  const view = viewLesion(healthy, patch, options);
  const index = largestSlice(view.mask, plane);
  const draw = (ct: Volume, labels?: LabelMap) =>
    renderPicture(ct, labels, { plane, overlayOpacity: 0, window }, index);
  const change = renderDifference(
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
  /** The scan it was made in, where that is another one than the figure's. */
  scan?: LesionScan;
}

/**
 * Lesions side by side, each with its caption, in one scale and window. Those of the figure's own scan are cut where they
 * were placed, so that lesions at one place show the same slice; those with a scan of their own where they are largest.
 *
 * @param options `outline` draws the lesions' outlines, which hide their edges; default false.
 * @throws LabError for no lesions.
 */
export function lesionStripFigure(
  healthy: LesionScan,
  lesions: readonly LesionPanel[],
  options: LesionSliceOptions & { columns?: number; outline?: boolean } = {},
): Figure {
  const { plane = "axial", columns = 3, outline = false, title = "Synthetic lesions" } = options;
  requireThat(lesions.length > 0, "lesions", lesions, "at least one lesion");
  const window = fitWindow(healthy.ct, healthy.labels, options.window);
  const largest = Math.max(...lesions.map(({ patch }) => patch.record.achievedRadiusMm));
  const fieldMm = options.fieldMm ?? Math.max(90, 4 * largest);
  const panels = lesions.map(({ caption, patch, scan }): Panel => {
    const view = viewLesion(scan ?? healthy, patch, { ...options, fieldMm });
    // The place of a lesion is the middle of its view.
    const index = scan ? largestSlice(view.mask, plane) : Math.floor(countSlices(view.mask, plane) / 2);
    const look = { plane, overlayOpacity: 0, window };
    const picture = renderPicture(view.after, outline ? view.lesion : undefined, look, index);
    // One colour stands for lesions of every organ, so one name does.
    const structures = picture.structures.map((each) => ({ ...each, label: 1, name: "Lesion" }));
    return { caption, picture: { ...picture, structures } };
  });
  return pictureGrid(panels, { title, columns });
}

/** What a figure shows of a lesion. */
interface LesionView {
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
  const view: VoxelBox = { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
  // The lesion is written into a block that holds both the view and the patch, not into a copy of the scan.
  const both = unite(view, patch.box);
  const at = minus(patch.box.boxMin, both.boxMin);
  const middle = minus(centerVoxel, both.boxMin);
  const block = crop(ct, both);
  const air = (-1024 - (ct.rescale?.intercept ?? 0)) / (ct.rescale?.slope ?? 1);
  const empty = withData(block, new Uint8Array(block.data.length));
  const mask = cropAround(paste(empty, patch.mask, at), middle, half);
  const value = lesionLabel.value;
  const data = fillWith(new Uint16Array(mask.data.length), mask.data, (inside) => (inside ? value : 0));
  return {
    before: cropAround(block, middle, half, air),
    after: cropAround(paste(block, patch.ct, at), middle, half, air),
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

/** {@link LesionSliceOptions} of a growth. */
export interface GrowthFigureOptions extends LesionSliceOptions {
  /** Steps shown, 2 to 40; default 16. */
  frames?: number;
}

/** A clear picture of one pixel, for steps before the tumor reaches the slice. */
const nothing =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII=";

/**
 * A tumor as it grew, on a slider and to play: the slice through the largest part of it, twice, plain and with its
 * outline. The picture that stands still shows its end.
 *
 * @throws LabError for fewer than 2 or more than 40 frames.
 */
export function growthFigure(grown: GrownTumor, options: GrowthFigureOptions = {}): Figure {
  const { plane = "axial", frames = 16 } = options;
  requireThat(Number.isInteger(frames) && frames >= 2 && frames <= 40, "frames", frames, "2 to 40");
  const { patch, series } = grown;
  const { request } = grown.site;
  const window = fitWindow(request.ct, request.labels, options.window);
  const index = largestSlice(patch.mask, plane);
  const { value, name } = patch.record.lesionLabel;
  // A tumor of few steps has no more pictures than steps.
  const steps = [
    ...new Set(Array.from({ length: frames }, (_, i) => Math.round((i * series.steps) / (frames - 1)))),
  ];
  const pictures = steps.map((step) => {
    const { ct, mask } = tumorAtStep(grown, step);
    const lesion = {
      ...withData(
        mask,
        fillWith(new Uint16Array(mask.data.length), mask.data, (is) => (is ? value : 0)),
      ),
      names: { [value]: name },
    };
    return renderPicture(ct, lesion, { plane, overlayOpacity: 0, window }, index);
  });
  const last = pictures[pictures.length - 1];
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
  const played = steps.map((step, i) => {
    const { ctUri, overlayUri = nothing } = pictures[i];
    return { name: `${step}`, layout: { images: [ctUri, ctUri, overlayUri].map((source) => ({ source })) } };
  });
  const names = played.map(({ name }) => name);
  const layout = {
    ...figure.layout,
    sliders: [sliderOf(names, { prefix: "Step ", active: names.length - 1 })],
    updatemenus: [playButtons()],
  };
  return { ...figure, layout, frames: played };
}

const msPerPicture = 250;

function playButtons(): Record<string, unknown> {
  return {
    type: "buttons",
    direction: "left",
    showactive: false,
    // Above the slider's end, beside the step it stands at.
    x: 1,
    xanchor: "right",
    y: 0,
    yanchor: "top",
    pad: { t: 30, r: 0 },
    font: { size: 12 },
    buttons: [
      { label: "Play", method: "animate", args: [null, playAt(msPerPicture)] },
      { label: "Pause", method: "animate", args: [[null], playAt(0)] },
    ],
  };
}
