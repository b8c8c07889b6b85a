import type { Rectangle } from "./layout.js";

/** How far the pictures are magnified, and how far each was moved. */
export interface Zoom {
  /** 1 fits the picture into its canvas. */
  factor: number;
  /** CSS pixels right and down, by the plane's name. */
  moved: Readonly<Record<string, readonly [number, number]>>;
}

export const noZoom: Zoom = { factor: 1, moved: {} };

/** Smaller than to fit is of no use; more than this shows a few voxels. */
const limits: readonly [number, number] = [1, 32];

/** Where a picture lies in its canvas. */
export function placePicture(
  fitted: Rectangle,
  canvas: readonly [number, number],
  plane: string,
  { factor, moved }: Zoom,
): Rectangle {
  const [right, down] = moved[plane] ?? [0, 0];
  const [x, y] = [canvas[0] / 2, canvas[1] / 2];
  return {
    left: x + (fitted.left - x) * factor + right,
    top: y + (fitted.top - y) * factor + down,
    width: fitted.width * factor,
    height: fitted.height * factor,
  };
}

/** The zoom with one picture moved. */
export function movePicture(zoom: Zoom, plane: string, right: number, down: number): Zoom {
  const [x, y] = zoom.moved[plane] ?? [0, 0];
  return { ...zoom, moved: { ...zoom.moved, [plane]: [x + right, y + down] } };
}

/**
 * Magnifies all pictures about a point of each, which stays where it is.
 *
 * @param points from the middle of each canvas, CSS pixels, by the plane's name
 */
export function magnify(
  { factor, moved }: Zoom,
  by: number,
  points: Readonly<Record<string, readonly [number, number]>>,
): Zoom {
  const next = Math.max(limits[0], Math.min(limits[1], factor * by));
  if (next === limits[0]) return noZoom;
  const share = next / factor;
  const places = Object.entries(points).map(([plane, [x, y]]) => {
    const [right, down] = moved[plane] ?? [0, 0];
    return [plane, [x - (x - right) * share, y - (y - down) * share]] as const;
  });
  return { factor: next, moved: Object.fromEntries(places) };
}
