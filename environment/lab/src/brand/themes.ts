import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IThemeManager } from "@jupyterlab/apputils";
import darkCss from "./dark.css?inline";
import lightCss from "./light.css?inline";

const themes = [
  { name: "Tumorlab Light", isLight: true, css: lightCss },
  { name: "Tumorlab Dark", isLight: false, css: darkCss },
];

/** JupyterLab's two themes with our colours. Their CSS is in the bundle, so that no request can fail. */
export const themesPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:themes",
  autoStart: true,
  requires: [IThemeManager],
  activate: (_app, manager: IThemeManager) => {
    for (const { name, isLight, css } of themes) {
      const sheet = document.createElement("style");
      sheet.textContent = css;
      manager.register({
        name,
        displayName: name,
        isLight,
        themeScrollbars: !isLight,
        load: () => {
          document.head.append(sheet);
          return Promise.resolve();
        },
        unload: () => {
          sheet.remove();
          return Promise.resolve();
        },
      });
    }
  },
};
