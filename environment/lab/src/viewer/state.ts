import type { ScanKind } from "tumorlab/internal/contracts/scan-description";
import type { PayloadLabel, Triple } from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "../logic/decode";
import type { HuRange } from "../logic/grey";
import { completeTable, listPresentValues } from "../logic/overlay";
import { createVolumeSource, type PictureSource, type ViewerPayload } from "../logic/picture";
import { type Grid, moveVoxel } from "../logic/source-grid";
import { noZoom, type Zoom } from "../logic/zoom";

/** What a drag with the left button does. */
export type Tool = "crosshair" | "ruler" | "size";

/** A length in a slice; its ends are places between voxels too. */
export interface Ruler {
  plane: string;
  ends: [Triple, Triple];
  /** Written beside it; default: its length. */
  words?: string;
}

/** What the reader has set: where the crosshair is and how it looks. */
export interface ViewerState {
  voxel: Triple;
  window: HuRange;
  /** 0..1, of filled organs. */
  opacity: number;
  /** Label values that are switched off. */
  hidden: Set<number>;
  /** Whether structures are outlined rather than tinted. */
  outlines: boolean;
  crosshair: boolean;
  zoom: Zoom;
  tool: Tool;
  rulers: readonly Ruler[];
}

/** A volume with what is worked out once for it. */
export interface Scene {
  payload: ViewerPayload;
  source: PictureSource;
  kind: ScanKind;
  /** The table of the labels, and an entry for each value that it does not name. */
  table: PayloadLabel[];
  /** Label values that occur in the grid. */
  present: ReadonlySet<number>;
  hasLabels: boolean;
  /** The whole of it, where it is in the page. */
  volume?: DecodedVolume;
}

/** A scene of a volume in the page; `table` where it is that of another grid of the same volume. */
export function createScene(volume: DecodedVolume, table?: PayloadLabel[]): Scene {
  const { payload, labels } = volume;
  const present = labels ? listPresentValues(labels) : [];
  return {
    payload,
    source: createVolumeSource(volume),
    kind: payload.kind ?? "ct",
    table: table ?? completeTable(payload.labels?.table ?? [], present),
    present: new Set(present),
    hasLabels: labels !== undefined,
    volume,
  };
}

/** The state on another grid of the same volume. */
export function moveState(state: ViewerState, from: Grid, to: Grid): ViewerState {
  const scale = to.shape.map((count, axis) => count / from.shape[axis]);
  const move = (place: Triple): Triple => {
    const at = (axis: number) => (place[axis] + 0.5) * scale[axis] - 0.5;
    return [at(0), at(1), at(2)];
  };
  const rulers = state.rulers.map((ruler): Ruler => {
    const [a, b] = ruler.ends;
    return { ...ruler, ends: [move(a), move(b)] };
  });
  return { ...state, voxel: moveVoxel(state.voxel, from, to), rulers };
}

/** The state that a scene asks for. */
export function createState({ payload }: Pick<Scene, "payload">): ViewerState {
  const { centerHu, widthHu } = payload.windows[0];
  return {
    voxel: [...payload.crosshair],
    window: { centerHu, widthHu },
    opacity: payload.overlayOpacity,
    hidden: new Set(),
    outlines: false,
    crosshair: true,
    zoom: noZoom,
    tool: "crosshair",
    rulers: [],
  };
}
