import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { quantile } from "../stats/describe.js";
import { encodePalettePng, toDataUri } from "../viewer/png.js";
import { parseColor } from "../viewer/structure-style.js";
import type { Slice } from "../volume/slice.js";
import type { Trace } from "./figure.js";

/** Blue for lower, white for equal, red for higher; told apart by colour-blind readers, also by their lightness. */
const stops: readonly (readonly [number, string])[] = [
  [0, "#2166AC"],
  [0.25, "#92C5DE"],
  [0.5, "#FFFFFF"],
  [0.75, "#F4A582"],
  [1, "#B2182B"],
];
const shades = 65;

/** A picture of differences as a `data:` address, and an empty trace that carries its colour bar. */
export interface DifferenceImage {
  uri: string;
  /** The bar goes from minus to plus so many HU. */
  limitHu: number;
  colorBar: Trace;
}

/**
 * Draws how two slices differ, second less first. The scale reaches the largest changes (all but the most extreme
 * thousandth) rounded up to tens of HU, at least 10.
 *
 * @throws LabError when the slices differ in size.
 */
export function renderDifference(first: Slice, second: Slice): DifferenceImage {
  const { width, height } = first;
  requireThat(
    second.width === width && second.height === height,
    "second slice",
    `${second.width} x ${second.height}`,
    `${width} x ${height} pixels`,
  );
  const change = first.data.map((value, i) => second.data[i] - value);
  const changed = change.filter((value) => value !== 0).map(Math.abs);
  const most = changed.length > 0 ? quantile(changed, 0.999) : 0;
  const limitHu = Math.max(10, 10 * Math.ceil(most / 10));
  const palette = new Uint8Array(4 * shades);
  for (let i = 0; i < shades; i++) palette.set([...colorAt(i / (shades - 1)), 255], 4 * i);
  const indices = fillWith(new Uint8Array(change.length), change, (value) => {
    const share = 0.5 + (0.5 * value) / limitHu;
    return Math.round(Math.min(1, Math.max(0, share)) * (shades - 1));
  });
  return {
    uri: toDataUri(encodePalettePng(indices, palette, { width, height })),
    limitHu,
    colorBar: {
      type: "scatter",
      mode: "markers",
      x: [null],
      y: [null],
      showlegend: false,
      hoverinfo: "skip",
      marker: {
        color: [0],
        cmin: -limitHu,
        cmax: limitHu,
        colorscale: stops,
        showscale: true,
        colorbar: {
          title: { text: "Change (HU)", side: "right" },
          thickness: 12,
          x: 1.02,
          len: 0.9,
          outlinewidth: 0,
        },
      },
    },
  };
}

function colorAt(share: number): [number, number, number] {
  const upper = Math.max(
    1,
    stops.findIndex(([at]) => at >= share),
  );
  const [from, to] = [stops[upper - 1], stops[upper]];
  const part = (share - from[0]) / (to[0] - from[0]);
  const [a, b] = [parseColor(from[1]), parseColor(to[1])];
  const mix = (channel: number): number => Math.round(a[channel] + part * (b[channel] - a[channel]));
  return [mix(0), mix(1), mix(2)];
}
