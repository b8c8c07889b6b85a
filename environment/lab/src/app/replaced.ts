/** JupyterLab's plugins that Tumorlab leaves out, each with the reason. */
const replaced: Readonly<Record<string, string>> = {
  "@jupyterlab/application-extension:logo": "our own logo",
  "@jupyterlab/help-extension:about": "our own dialog",
  "@jupyterlab/help-extension:jupyter-forum": "a site outside; the lab works offline",
  "@jupyterlab/help-extension:resources": "sites outside; our Help menu lists the project's own pages",
  "@jupyterlab/apputils-extension:announcements": "asks a site outside for news",
  "@jupyterlab/translation-extension:plugin": "a menu of languages; the lab comes in one",
  "@jupyterlab/notebook-extension:cell-executor": "ours waits for the kernel",
  "@jupyterlab/notebook-extension:language-server": "no language server: the kernel completes and inspects",
  "@jupyterlab/fileeditor-extension:language-server": "no language server",
};

/** Whether a plugin of that id must not be started. */
export function isReplaced(id: string): boolean {
  return Object.hasOwn(replaced, id);
}
