import { spawn } from "node:child_process";

/** The command that opens an address in the reader's browser, by platform. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform = process.platform,
): [string, ...string[]] {
  if (platform === "darwin") return ["open", url];
  // "start" takes its first quoted word for a window title.
  if (platform === "win32") return ["cmd", "/d", "/s", "/c", `start "" "${url}"`];
  return ["xdg-open", url];
}

/**
 * Opens an address in the reader's browser. Never throws.
 *
 * @param command defaults to what the platform has
 * @returns whether a browser took it, as far as can be seen
 */
export async function openBrowser(
  url: string,
  command: readonly string[] = browserCommand(url),
): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      stdio: "ignore",
      detached: true,
      windowsVerbatimArguments: true,
    });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
    // Some commands stay as long as the browser does.
    setTimeout(() => resolve(true), 3000).unref();
    child.unref();
  });
}
