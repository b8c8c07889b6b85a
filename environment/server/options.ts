import { parseArgs } from "node:util";

/** What `npm start` was asked for. */
export interface StartOptions {
  help: boolean;
  /** Whether to open the browser. */
  browser: boolean;
  host: string;
  /** The port wanted; `undefined` for the usual one or, where that is taken, the next free one. */
  port: number | undefined;
  token: string | undefined;
  notebook: string | undefined;
}

/** Tried first when no port was named. */
export const usualPort = 8888;

/** What `--help` prints. */
export const helpText = `npm start [-- options]

Starts the lab: a Jupyter server with the TypeScript kernel, and JupyterLab in the browser.

  --notebook PATH   open this notebook, such as notebooks/00-start-here.ipynb
  --no-browser      print the address only
  --port N          use this port and no other (otherwise ${usualPort} or the next free one)
  --host H          listen on this address (otherwise 127.0.0.1, reachable from this computer alone)
  --token T         use this token, 8 characters or more (otherwise a random one)
  --help            print this

Stop it with Ctrl-C; running kernels are shut down.
`;

/**
 * Reads the command line.
 *
 * @throws Error in words for a person: an unknown option, a value that is missing or wrong
 */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      browser: { type: "boolean" },
      "no-browser": { type: "boolean" },
      help: { type: "boolean", short: "h" },
      host: { type: "string" },
      notebook: { type: "string" },
      port: { type: "string" },
      token: { type: "string" },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (
    port !== undefined &&
    !(Number.isInteger(port) && port >= 0 && port <= 65535 && values.port?.trim() !== "")
  )
    throw new Error(`--port is ${JSON.stringify(values.port)}, expected a number from 0 to 65535.`);
  if (values.token !== undefined && !/^[\w.~-]{8,}$/.test(values.token))
    throw new Error("--token needs 8 or more letters, digits or one of . _ ~ -");
  if (values.host === "") throw new Error("--host is empty, expected an address such as 127.0.0.1.");
  return {
    help: values.help ?? false,
    browser: !values["no-browser"],
    host: values.host ?? "127.0.0.1",
    port,
    token: values.token,
    notebook: values.notebook,
  };
}
