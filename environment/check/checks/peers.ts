import { execFile } from "node:child_process";
import { type CheckContext, info } from "../check.js";

interface Peer {
  /** What it would be good for. */
  use: string;
  /** Program and arguments that print its version; the first of several that works is taken. */
  asks: [string, ...string[]][];
}

/**
 * Asks both pythons a machine may have: the reader's own, and that of the system, where Debian's packages are. What is
 * installed is asked for by its name: to import PyTorch takes seconds.
 */
function askPython(distribution: string): Peer["asks"] {
  const code = `from importlib.metadata import version; print(version("${distribution}"))`;
  return [
    ["python3", "-c", code],
    ["/usr/bin/python3", "-c", code],
  ];
}

const peers: Record<string, Peer> = {
  Jupyter: {
    use: "this kernel in your own Jupyter, see npm run kernel:install",
    asks: askPython("jupyter_client"),
  },
  Chromium: {
    use: "the front end tests of npm test",
    asks: ["chromium", "chromium-browser", "google-chrome"].map((name) => [name, "--version"]),
  },
  Deno: { use: "a second kernel in npm run bench -- notebook", asks: [["deno", "--version"]] },
  PyTorch: {
    use: "a peer in benchmarks",
    asks: askPython("torch"),
  },
  nibabel: {
    use: "a peer in benchmarks",
    asks: askPython("nibabel"),
  },
  "NVIDIA GPU": {
    use: "the native engine",
    asks: [["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]],
  },
};

/** Programs the lab runs without, and what each would be good for. */
export async function checkPeers({ signal }: CheckContext) {
  const answers = Object.entries(peers).map(async ([name, { use, asks }]) => {
    for (const ask of asks) {
      const version = await askVersion(ask, signal);
      if (version) return info(`${name}: ${version}`);
    }
    return info(`${name}: not found (it would serve ${use})`);
  });
  return Promise.all(answers);
}

/** First line with a digit in what the program prints, "" when it can't be run. */
function askVersion([program, ...args]: [string, ...string[]], signal: AbortSignal): Promise<string> {
  return new Promise((resolve) =>
    execFile(program, args, { signal, timeout: 20_000, encoding: "utf8" }, (error, stdout) =>
      resolve(error ? "" : (stdout.split("\n").find((line) => /\d/.test(line)) ?? "").trim()),
    ),
  );
}
