import { spawn } from "node:child_process";
import { resolve } from "node:path";

const program = resolve(__dirname, "..", "..", "..", "..", "..", "environment", "dist", "server", "main.js");

/** The server's command line in a process of its own. */
export class CommandLab {
  output = "";
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  readonly #child;

  /**
   * @param root the project folder
   * @param args what follows `npm start --`
   * @param env added to this process's variables
   */
  constructor(root: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, TUMORLAB_ROOT: root, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on("data", (bytes: Buffer) => (this.output += bytes.toString()));
    this.ended = new Promise((done) => this.#child.once("close", (code, signal) => done({ code, signal })));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for the address. */
  async url(): Promise<URL> {
    for (;;) {
      const found = /http:\S+/.exec(this.output);
      if (found) return new URL(found[0]);
      const ended = await Promise.race([this.ended, new Promise((again) => setTimeout(again, 50))]);
      if (ended) throw new Error(`the lab ended:\n${this.output}`);
    }
  }
}
