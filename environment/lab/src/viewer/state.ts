import type { PayloadLabel, Triple } from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "../logic/decode";
import type { HuRange } from "../logic/grey";
import { completeTable, listPresentValues } from "../logic/overlay";
import { type Grid, moveVoxel } from "../logic/source-grid";

/** What the reader has set: where the crosshair is and how it looks. */
export interface ViewerState {
  voxel: Triple;
  window: HuRange;
  /** 0..1, of filled organs. */
  opacity: number;
  /** Label values that are switched off. */
  hidden: Set<number>;
}

/** A volume with what is worked out once for it. */
export interface Scene {
  volume: DecodedVolume;
  /** The payload's table and an entry for each value that it does not name. */
  table: PayloadLabel[];
  /** Label values that occur in the payload's grid. */
  present: Set<number>;
}

/** A scene of a volume; `table` where it is that of another grid of the same volume. */
export function createScene(volume: DecodedVolume, table?: PayloadLabel[]): Scene {
  const present = volume.labels ? listPresentValues(volume.labels) : [];
  return {
    volume,
    table: table ?? completeTable(volume.payload.labels?.table ?? [], present),
    present: new Set(present),
  };
}

/** The state on another grid of the same volume. */
export function moveState(state: ViewerState, from: Grid, to: Grid): ViewerState {
  return { ...state, voxel: moveVoxel(state.voxel, from, to) };
}

/** The state that a payload asks for. */
export function createState({ payload }: DecodedVolume): ViewerState {
  const { centerHu, widthHu } = payload.windows[0];
  return {
    voxel: [...payload.crosshair],
    window: { centerHu, widthHu },
    opacity: payload.overlayOpacity,
    hidden: new Set(),
  };
}
