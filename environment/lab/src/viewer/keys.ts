import type { HuRange } from "../logic/grey";
import type { ViewerPayload } from "../logic/picture";
import { noZoom, type Zoom } from "../logic/zoom";
import type { Scene, Tool, ViewerState } from "./state";

/** What keys act on: the viewer. */
export interface KeyedViewer {
  readonly state: ViewerState;
  readonly payload: ViewerPayload;
  readonly scene: Pick<Scene, "hasLabels">;
  setWindow(window: HuRange): void;
  setOpacity(opacity: number): void;
  setOutlines(outlines: boolean): void;
  setTool(tool: Tool): void;
  setZoom(zoom: Zoom): void;
  update(change: Partial<ViewerState>): void;
  toggleHelp(): void;
  saveScreenshot(): void;
}

/**
 * What a key of the whole viewer does, as ITK-SNAP and 3D Slicer have them; `undefined` for one that is none. The help lists them.
 *
 * @param measuresPieces whether the size of a structure can be had.
 */
export function actionOfKey(
  viewer: KeyedViewer,
  key: string,
  measuresPieces: boolean,
): (() => void) | undefined {
  const { opacity, outlines, crosshair, tool, rulers } = viewer.state;
  const { windows, overlayOpacity } = viewer.payload;
  const window = /^[1-9]$/.test(key) ? windows[Number(key) - 1] : undefined;
  if (window) return () => viewer.setWindow(window);
  const strengthen = (by: number) => () =>
    viewer.setOpacity(Math.max(0, Math.min(1, Number((opacity + by).toFixed(2)))));
  const choose = (other: Tool) => () => viewer.setTool(tool === other ? "crosshair" : other);
  const toggleOverlay = () => viewer.setOpacity(opacity > 0 ? 0 : overlayOpacity || 0.35);
  const actions: Record<string, (() => void) | undefined> = {
    "?": () => viewer.toggleHelp(),
    x: () => viewer.update({ crosshair: !crosshair }),
    m: choose("ruler"),
    r: () => viewer.setZoom(noZoom),
    p: () => viewer.saveScreenshot(),
    Delete: () => viewer.update({ rulers: rulers.slice(0, -1) }),
    ...(viewer.scene.hasLabels
      ? {
          s: toggleOverlay,
          g: toggleOverlay,
          a: strengthen(-0.1),
          d: strengthen(0.1),
          o: () => viewer.setOutlines(!outlines),
          ...(measuresPieces ? { l: choose("size") } : {}),
        }
      : {}),
  };
  return actions[key.length === 1 ? key.toLowerCase() : key];
}
