import { parseArgs } from "node:util";

/** What `npm run site` is asked for. */
export interface SiteOptions {
  /** Folder that is written; what lay there goes. */
  out: string | undefined;
  /** Path that the site will lie at on its host, such as `/tumorlab/`. */
  base: string | undefined;
  /** Serve it on this computer when it is built. */
  serve: boolean;
  port: number;
  help: boolean;
}

export const helpText = `Usage: npm run site [-- OPTIONS]
       npm start -- --site [--port N]

Builds the lab as a folder that any web server can serve: notebooks run in the reader's browser, with nothing to install.

  --out DIR    where the folder is written (default .tumorlab/site); a site that lies there is replaced
  --base PATH  where it will lie on its host, such as /tumorlab/: adds the page 404.html, by which hosts such as GitHub
               Pages open addresses of notebooks on a first visit too
  --serve      serve it on this computer when it is built, as npm start -- --site does
  --port N     the port for it (default 8890)
  -h, --help   show this

Exit code: 0 done, 1 the site could not be built, 2 the call is wrong.
`;

/** Reads the arguments. Throws an Error that says what is wrong with them. */
export function parseSiteOptions(args: readonly string[]): SiteOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: "string" },
      base: { type: "string" },
      serve: { type: "boolean" },
      port: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { out, base, serve = false, port = "8890", help = false } = values;
  if (base !== undefined && !/^\/(.*\/)?$/.test(base))
    throw new Error(`--base: found ${JSON.stringify(base)}, expected a path such as /tumorlab/`);
  if (!/^\d+$/.test(port) || Number(port) > 65535)
    throw new Error(`--port: found ${JSON.stringify(port)}, expected a number from 0 to 65535`);
  return { out, base, serve, port: Number(port), help };
}
