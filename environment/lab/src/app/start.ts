import { JupyterLab } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { IServiceManager } from "@jupyterlab/services";
import { PluginRegistry } from "@lumino/coreutils";
import { mimeExtensions, plugins } from "virtual:jupyterlab-extensions";
import { aboutPlugin } from "../brand/about";
import { logoPlugin } from "../brand/logo";
import { themesPlugin } from "../brand/themes";
import { homePlugin } from "../home/plugin";
import { interactPlugin } from "../interact/plugin";
import { kernelsPlugin } from "../kernels/plugin";
import { cellExecutorPlugin } from "../kernels/run-when-ready";
import { plotlyRenderer } from "../plotly/renderer";
import { progressRenderer } from "../progress/renderer";
import { scansPlugin } from "../scans/plugin";
import { volumeRenderer } from "../viewer/renderer";
import { mendJupyterLab } from "./mended";
import { isReplaced } from "./replaced";
import { makeStrict } from "./strict-sanitizer";
import "./outputs.css";

const ourPlugins = [
  logoPlugin,
  themesPlugin,
  aboutPlugin,
  homePlugin,
  kernelsPlugin,
  cellExecutorPlugin,
  scansPlugin,
  interactPlugin,
];
const ourRenderers = [plotlyRenderer, volumeRenderer, progressRenderer];

/**
 * Starts JupyterLab in this page with Tumorlab's plugins and renderers compiled in. Settles when the workspace
 * is restored. The page must hold the server's `jupyter-config-data`.
 */
export async function startLab(): Promise<void> {
  PageConfig.setOption("appName", "Tumorlab");
  const pluginRegistry = new PluginRegistry<JupyterLab>();
  pluginRegistry.registerPlugins([
    ...plugins
      .filter(({ id }) => !isReplaced(id) && !PageConfig.Extension.isDisabled(id))
      .map((plugin) => makeStrict(plugin)),
    ...ourPlugins,
  ]);
  const serviceManager = await pluginRegistry.resolveRequiredService(IServiceManager);
  const lab = new JupyterLab({
    pluginRegistry,
    serviceManager,
    mimeExtensions: [...mimeExtensions, ...ourRenderers].map(asModule),
    availablePlugins: [],
  });
  mendJupyterLab(lab.commands);
  await lab.start();
  await lab.restored;
  // For the reader's own scripts and for tests: the workspace stands.
  document.documentElement.dataset.labState = "ready";
}

/** The shape JupyterLab takes renderers in: the module that exports one. */
function asModule(extension: IRenderMime.IExtension): IRenderMime.IExtensionModule {
  return { __esModule: true, default: extension } as IRenderMime.IExtensionModule;
}
