import type { HuWindow, PayloadLabel, Triple } from "./volume-payload.js";

/** What a scan shows: a CT in HU, other numbers such as an MRI's, or a label map. */
export type ScanKind = "ct" | "values" | "labels";

/** What the lab's server says of a scan that it holds open; its slices are asked for one by one. */
export interface ScanDescription {
  kind: ScanKind;
  title: string;
  /** Changes with the file; every later question names it. */
  version: string;
  /** Grid in closest-canonical RAS+ order, as in a payload. */
  shape: Triple;
  spacingMm: Triple;
  /** 16 numbers row by row, voxel in RAS+ order to RAS+ mm. */
  affine: number[];
  /** The first is where a viewer starts; in the scan's own numbers where it is no CT. */
  windows: HuWindow[];
  /** Voxel in RAS+ order at which a viewer starts. */
  crosshair: Triple;
  /** Structures of a label map; its slices hold these values. */
  table: PayloadLabel[];
  /** What there is to say of how it was read. */
  notes: string[];
}

/** A folder or archive that holds several series: one is to be chosen. */
export interface SeriesChoice {
  series: { name: string; words: string }[];
}

/** A label map that may lie over a scan. */
export interface OverlayChoice {
  /** Path in the project; of a folder of masks the folder. */
  path: string;
  name: string;
}

/** A connected piece of a structure. Lengths reach from the outer side of one voxel to that of another. */
export interface PieceSize {
  /** Value in the table. */
  value: number;
  voxels: number;
  volumeMl: number;
  /** Longest distance in it. */
  diameterMm: number;
  /** Longest distance within one axial slice, as RECIST measures. */
  axialDiameterMm: number;
  /** The two voxels in RAS+ order that are farthest apart in one axial slice. */
  axialEnds: [Triple, Triple];
}
