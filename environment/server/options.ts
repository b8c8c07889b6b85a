import { readFileSync } from "node:fs";
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
  /** Whether the token came by `--token`, where other users of the machine can read it. */
  isTokenOnCommandLine: boolean;
  notebook: string | undefined;
  /** Whether to work in `course/`, a copy of the lessons that is the reader's own. */
  course: boolean;
  /** Minutes after which an idle kernel is ended; `undefined` for never. */
  idleMinutes: number | undefined;
}

/** Tried first when no port was named. */
export const usualPort = 8888;

/** The environment variable that may hold the token. */
export const tokenVariable = "TUMORLAB_TOKEN";

/** What `--help` prints. */
export const helpText = `npm start [-- options]

Starts the lab: a Jupyter server with the TypeScript kernel, and JupyterLab in the browser.

  --notebook PATH   open this notebook, such as notebooks/00-start-here.ipynb
  --site            build and serve the edition for browsers instead: see npm run site -- --help
  --course          work in course/, your own copy of the lessons (made once) or what a course handed out; updates leave it alone
  --no-browser      print the address only
  --port N          use this port and no other (otherwise ${usualPort} or the next free one)
  --host H          listen on this address (otherwise 127.0.0.1, reachable from this computer alone)
  --token-file FILE use the token in this file, 8 characters or more (otherwise a random one)
  --token T         the same on the command line, where every user of this computer can read it
  --idle-minutes N  end a kernel that ran nothing for N minutes; what it held in memory is gone (otherwise never)
  --help            print this

The environment variable ${tokenVariable} may hold the token as well; an option comes first.
Stop it with Ctrl-C; running kernels are shut down.
`;

/**
 * Reads the command line.
 *
 * @throws Error in words for a person: an unknown option, a value that is missing or wrong
 */
export function readStartOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      browser: { type: "boolean" },
      course: { type: "boolean" },
      "no-browser": { type: "boolean" },
      help: { type: "boolean", short: "h" },
      host: { type: "string" },
      "idle-minutes": { type: "string" },
      notebook: { type: "string" },
      port: { type: "string" },
      token: { type: "string" },
      "token-file": { type: "string" },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (
    port !== undefined &&
    !(Number.isInteger(port) && port >= 0 && port <= 65535 && values.port?.trim() !== "")
  )
    throw new Error(`--port is ${JSON.stringify(values.port)}, expected a number from 0 to 65535.`);
  if (values.token !== undefined && values["token-file"] !== undefined)
    throw new Error("--token and --token-file can't go together: name the token once.");
  const token = readToken(values.token, values["token-file"], env[tokenVariable] || undefined);
  const idleMinutes = values["idle-minutes"] === undefined ? undefined : Number(values["idle-minutes"]);
  if (idleMinutes !== undefined && !(idleMinutes > 0 && Number.isFinite(idleMinutes)))
    throw new Error(
      `--idle-minutes is ${JSON.stringify(values["idle-minutes"])}, expected a number of minutes above 0.`,
    );
  if (values.host === "") throw new Error("--host is empty, expected an address such as 127.0.0.1.");
  return {
    help: values.help ?? false,
    browser: !values["no-browser"],
    host: values.host ?? "127.0.0.1",
    port,
    token,
    isTokenOnCommandLine: values.token !== undefined,
    notebook: values.notebook,
    course: values.course ?? false,
    idleMinutes,
  };
}

function readToken(
  word: string | undefined,
  file: string | undefined,
  variable: string | undefined,
): string | undefined {
  const [source, token] =
    word !== undefined
      ? ["--token", word]
      : file !== undefined
        ? [`--token-file ${JSON.stringify(file)}`, readTokenFile(file)]
        : [tokenVariable, variable];
  if (token !== undefined && !/^[\w.~-]{8,}$/.test(token))
    throw new Error(`${source} needs 8 or more letters, digits or one of . _ ~ -`);
  return token;
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Error(`--token-file ${JSON.stringify(file)} can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
