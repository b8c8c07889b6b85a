import { noZoom } from "../logic/zoom";
import type { Tool } from "./state";
import type { VolumeViewer } from "./viewer";

/**
 * What a key of the whole viewer does, as ITK-SNAP and 3D Slicer have them; `undefined` for one that is none. The help lists them.
 *
 * @param measuresPieces whether the size of a structure can be had.
 */
export function actionOfKey(
  viewer: VolumeViewer,
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
