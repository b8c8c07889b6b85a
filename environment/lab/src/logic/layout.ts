import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { type PlaneGeometry, planes, planeSize } from "tumorlab/internal/volume/planes";

/** How the pictures are laid out: one scale for all three, so that lengths can be compared by eye. */
export interface PlaneLayout {
  pixelsPerMm: number;
  /** Beside one another, or one below the other where the page is narrow. */
  stacked: boolean;
  /** Width and height of each canvas in CSS pixels, in the order of {@link planes}. */
  canvases: [number, number][];
  /** The picture in its canvas, in the middle; smaller than it where the grid is very thin. */
  pictures: Rectangle[];
}

/** In CSS pixels from the canvas's top left corner. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

const gap = 12;
const tallest = 460;
const narrowestRow = 560;
const leastEdge = 96;

/** Width and height in mm of the area that the plane's picture covers. */
export function planeSizeMm(plane: PlaneGeometry, shape: Triple, spacingMm: Triple): [number, number] {
  const [columns, rows] = planeSize(plane, shape);
  return [columns * spacingMm[plane.along], rows * spacingMm[plane.down]];
}

/**
 * Fits the three pictures into a width, at the scale of the tightest bound: the page's width, {@link tallest}
 * pixels of height, or 6 pixels a mm.
 *
 * @param widthPixels CSS pixels that there are; less than 120 is taken as 120
 */
export function layoutPlanes(shape: Triple, spacingMm: Triple, widthPixels: number): PlaneLayout {
  const sizesMm = planes.map((plane) => planeSizeMm(plane, shape, spacingMm));
  const width = Math.max(120, widthPixels);
  const stacked = width < narrowestRow;
  const widestMm = Math.max(...sizesMm.map(([w]) => w));
  const rowMm = sizesMm.reduce((sum, [w]) => sum + w, 0);
  const byWidth = stacked ? width / widestMm : (width - 2 * gap) / rowMm;
  const byHeight = tallest / Math.max(...sizesMm.map(([, h]) => h));
  const pixelsPerMm = Math.min(byWidth, byHeight, 6);
  const sizes = sizesMm.map(([w, h]) => [w * pixelsPerMm, h * pixelsPerMm]);
  const canvases = sizes.map(([w, h]): [number, number] => [
    Math.max(leastEdge, Math.ceil(w)),
    Math.max(leastEdge, Math.ceil(h)),
  ]);
  const pictures = sizes.map(([width, height], i) => ({
    left: (canvases[i][0] - width) / 2,
    top: (canvases[i][1] - height) / 2,
    width,
    height,
  }));
  return { pixelsPerMm, stacked, canvases, pictures };
}
