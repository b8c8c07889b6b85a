import { openVolume } from "../logic/decode";
import { createScene } from "../viewer/state";
import { VolumeViewer } from "../viewer/viewer";
import viewerCss from "../viewer/viewer.css?inline";
import pageCss from "./page.css?inline";

/**
 * Shows a volume in a page of its own, without lab or server: the script that exported notebooks carry, as the
 * global `tumorlabViewer`.
 *
 * @param json what `application/vnd.tumorlab.volume+json` holds. Its files are left aside: they are on a server.
 * @throws Error where the payload does not hold what it must
 */
export async function mount(stage: HTMLElement, json: unknown): Promise<void> {
  addStyles();
  stage.replaceChildren(new VolumeViewer(createScene(await openVolume(json))).node);
}

let styled = false;

function addStyles(): void {
  if (styled) return;
  styled = true;
  const style = document.createElement("style");
  style.textContent = `${pageCss}\n${viewerCss}`;
  document.head.append(style);
}
