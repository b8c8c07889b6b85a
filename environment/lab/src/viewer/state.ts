import type { DecodedVolume } from "../logic/decode";
import type { HuRange } from "../logic/grey";
import type { LabelEntry, Triple } from "../logic/payload";

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
  table: LabelEntry[];
  /** Label values that occur in the payload's grid. */
  present: Set<number>;
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
