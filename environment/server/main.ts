import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openOwnFolder, ownFolderName } from "../course/own-folder.js";
import { openBrowser } from "./browser.js";
import { checkPath } from "./contents/check-path.js";
import { codeOf } from "./http/errors.js";
import { isLoopback } from "./http/origin.js";
import { watchLifetime } from "./lifetime.js";
import { helpText, readStartOptions, type StartOptions, tokenVariable, usualPort } from "./options.js";
import { writeRedirectFile } from "./redirect-file.js";
import { type RunningServer, type ServerOptions, startServer } from "./server.js";

const portsTried = 50;

/** 16 letters and digits at random are 95 bits. */
const shortTokenLength = 16;

const print = (text: string) => console.log(text);
const printError = (text: string) => console.error(text);

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    print(helpText);
    return;
  }
  const root = process.env.TUMORLAB_ROOT ?? resolve(__dirname, "..", "..", "..");
  const own = options.course ? await openCourse(root) : undefined;
  const notebook =
    options.notebook === undefined ? own?.notebook : await findNotebook(root, options.notebook);
  warnOfHost(options.host);
  warnOfToken(options);

  const server = await startOnFreePort(options, {
    root,
    host: options.host,
    token: options.token,
    notebook,
    ...(own ? { lessonsFolder: own.folder } : {}),
    ...(options.idleMinutes === undefined ? {} : { idleMinutes: options.idleMinutes }),
    log: (text) => process.stderr.write(text),
    onShutdown: () => end("Stopping, as the page asked", 0),
  });
  const end = watchLifetime({ server, print, printError });
  print(`The lab runs in ${root}`);
  print(`  ${server.url}`);
  print("Stop it with Ctrl-C.");
  if (!options.browser) return;
  const page = writeRedirectFile(join(root, ".tumorlab"), server.url);
  process.on("exit", () => page.remove());
  if (!(await openBrowser(page.url)))
    print("No browser could be opened from here: open the address above in yours.");
}

function readOptions(): StartOptions {
  try {
    const options = readStartOptions(process.argv.slice(2), process.env);
    // Cells and what they start have no need of it.
    delete process.env[tokenVariable];
    return options;
  } catch (error) {
    throw new Error(`${(error as Error).message}\nTry: npm start -- --help`, { cause: error });
  }
}

/** The reader's own folder and the notebook to begin with; says whether it was made just now. */
async function openCourse(root: string): Promise<{ folder: string; notebook: string | undefined }> {
  const { isNew, first } = await openOwnFolder(root);
  print(
    isNew
      ? `Your own copy of the lessons is in ${ownFolderName}/: updates of the project leave it alone.`
      : `You work in ${ownFolderName}/, which is yours and stays as it is.`,
  );
  return { folder: ownFolderName, notebook: first === "" ? undefined : first };
}

/** The path of a notebook within the project, from what was typed in any folder. */
async function findNotebook(root: string, typed: string): Promise<string> {
  const path = checkPath(typed.replace(/\\/g, "/").replace(/^(?:\.\/)+/, ""));
  if (!(await stat(join(root, path)).catch(() => undefined)))
    throw new Error(`--notebook ${JSON.stringify(typed)}: there is no such file in ${root}.`);
  return path;
}

async function startOnFreePort({ port, host }: StartOptions, options: ServerOptions): Promise<RunningServer> {
  const first = port ?? usualPort;
  for (let candidate = first; ; candidate++) {
    try {
      return await startServer({ ...options, port: candidate });
    } catch (error) {
      const isLast = port !== undefined || candidate - first >= portsTried;
      const text = explainListenError(error, candidate, host, isLast);
      if (text !== undefined) throw new Error(text, { cause: error });
      print(`Port ${candidate} is taken, trying ${candidate + 1}.`);
    }
  }
}

/** What to tell when the server can't listen; `undefined` when the next port is worth a try. Throws what it doesn't know. */
function explainListenError(error: unknown, port: number, host: string, isLast: boolean): string | undefined {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return isLast
        ? `Port ${port} is taken. Name another, or leave --port out to get a free one.`
        : undefined;
    case "EACCES":
      return `Port ${port} needs special rights. Try another: --port ${usualPort}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `--host ${JSON.stringify(host)} is not an address of this computer.`;
    default:
      throw error;
  }
}

function warnOfHost(host: string): void {
  if (isLoopback(host)) return;
  printError(`
  WARNING: the lab listens on ${host}, not on this computer alone.
  Whoever reaches it and has the token can run any program here as you, and the
  connection is not encrypted: others on the network can read the token.
  Better: leave --host out and come through a tunnel (ssh -L 8888:127.0.0.1:8888 HOST).
`);
}

function warnOfToken({ token, isTokenOnCommandLine }: StartOptions): void {
  if (isTokenOnCommandLine)
    printError(`
  WARNING: --token puts the token on the command line, where every user of this computer can read it.
  Better: --token-file FILE, or the token in the environment variable ${tokenVariable}.
`);
  if (token !== undefined && token.length < shortTokenLength)
    printError(`
  WARNING: the token has ${token.length} characters and can be guessed. Take ${shortTokenLength} or more that nobody would
  think of, or leave it out to get a random one.
`);
}

main().catch((error: unknown) => {
  printError(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
