import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isAlive } from "../bootstrap/processes.js";
import { openChannel, textOf } from "./support/channel.js";
import { CommandLab } from "./support/command.js";
import { until } from "./support/harness.js";

const root = resolve(__dirname, "..", "..", "..", "..");

/** Sends a signal to a server whose kernel computes without a pause, and sees that nothing is left of either. */
export async function killServer(signal: NodeJS.Signals): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), "tumorlab-killed-"));
  const lab = new CommandLab(root, ["--no-browser"], { TMPDIR: temporary });
  try {
    const pid = await startEndlessCell(await lab.url());
    lab.kill(signal);
    await lab.ended;
    await until("the end of the kernel", () => !isAlive(pid));
    // Killed outright, the server could not tidy up: the next one does.
    if (signal === "SIGKILL") {
      assert.equal(kernelFolders(temporary).length, 1);
      const next = new CommandLab(root, ["--no-browser"], { TMPDIR: temporary });
      await next.url();
      next.kill("SIGTERM");
      await next.ended;
    }
    assert.deepEqual(kernelFolders(temporary), []);
  } finally {
    lab.kill("SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  }
}

function kernelFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith("tumorlab-kernel-"));
}

/** Starts a real kernel, and in it a loop without a pause. Returns the kernel's process id. */
async function startEndlessCell(url: URL): Promise<number> {
  const token = url.searchParams.get("token") ?? "";
  const response = await fetch(new URL("/api/kernels", url), {
    method: "POST",
    headers: { Authorization: `token ${token}`, "Content-Type": "application/json" },
    body: "{}",
  });
  const { id } = (await response.json()) as { id: string };
  const channel = await openChannel({ server: { port: Number(url.port), token } }, id, "page");
  const pid = Number(textOf(await channel.run("console.log(process.pid)")));
  channel.send("execute_request", { code: "console.log('looping'); await null; for (;;) {}" });
  await channel.next(({ content }) => String(content.text).includes("looping"), "the loop");
  return pid;
}
