/// <reference types="vite/client" />

declare module "virtual:jupyterlab-extensions" {
  import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
  import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

  /** The plugins of every JupyterLab extension in package.json. */
  export const plugins: JupyterFrontEndPlugin<unknown>[];
  export const mimeExtensions: IRenderMime.IExtension[];
}
