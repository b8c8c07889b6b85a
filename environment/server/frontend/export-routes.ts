import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { type PageUse, renderPage } from "../../runner/html/page.js";
import { toMarkdown } from "../../runner/markdown-page.js";
import { type Notebook, parseNotebook } from "../../runner/notebook.js";
import { toScript } from "../../runner/script.js";
import { decodeUrlPath } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import { describeDisposition } from "../http/content-disposition.js";
import { HttpError, toHttpError } from "../http/errors.js";
import { sendHtml } from "../http/reply.js";
import type { Exchange, Routes } from "../http/router.js";
import { formatErrorPage } from "./plain-page.js";
import { exportPolicy, plainPolicy } from "./policies.js";

interface ExportFormat {
  /** MIME type of what comes out. */
  type: string;
  /** What takes the place of `.ipynb`. */
  ending: string;
  readonly write: (notebook: Notebook, place: Place, download: boolean) => Promise<string> | string;
}

/** Where a notebook lies. */
interface Place {
  /** On this computer. */
  file: string;
  /** In the project. */
  path: string;
}

/**
 * `/nbconvert/FORMAT/PATH`: a notebook as it was last saved, in another form; with `download=true` as a file. JupyterLab
 * builds its menu from the list and words the entries after the formats' names.
 */
export function createExportRoutes(project: Project): Routes {
  const programRoot = resolve(__dirname, "../../../..");
  const page =
    (use: PageUse) =>
    (notebook: Notebook, { file, path }: Place) =>
      renderPage(notebook, { file, root: project.root, name: path, programRoot }, use);

  const formats: Record<string, ExportFormat> = {
    // Without download it is what JupyterLab prints: in a frame that lets no script run.
    html: {
      type: "text/html",
      ending: ".html",
      write: (notebook, place, download) => page(download ? "live" : "still")(notebook, place),
    },
    markdown: { type: "text/markdown", ending: ".md", write: toMarkdown },
    // A page that asks the browser to print it: its dialog saves as PDF.
    pdf: { type: "text/html", ending: ".html", write: page("printing") },
    TypeScript: {
      type: "text/x-typescript",
      ending: ".ts",
      write: (notebook, { path }) => toScript(notebook, path),
    },
  };
  const findFormat = (wanted: string): [string, ExportFormat] => {
    const found = Object.entries(formats).find(([name]) => name.toLowerCase() === wanted.toLowerCase());
    if (found) return found;
    const known = Object.keys(formats).join(", ");
    throw new HttpError(404, `A notebook can't be exported as ${JSON.stringify(wanted)}, but as ${known}.`);
  };

  async function send({ response, params, rest, query }: Exchange): Promise<undefined> {
    const [name, { type, ending, write }] = findFormat(params.format);
    const path = decodeUrlPath(rest);
    if (!path.toLowerCase().endsWith(".ipynb"))
      throw new HttpError(400, `${path || "This"} is no notebook: expected a file that ends in .ipynb.`);
    try {
      const file = await project.locate(path);
      const notebook = parseNotebook(await readFile(file, "utf8"), path);
      const isFile = name !== "pdf" && ["1", "true"].includes(query.get("download") ?? "");
      const text = await write(notebook, { file, path }, isFile);
      response.writeHead(200, {
        "Content-Type": `${type}; charset=utf-8`,
        "Content-Security-Policy": exportPolicy,
        "Content-Disposition": describeDisposition(
          path.slice(path.lastIndexOf("/") + 1).replace(/\.ipynb$/i, ending),
          isFile,
        ),
        "Cache-Control": "no-store",
      });
      response.end(text);
    } catch (error) {
      if (error instanceof LabError) throw new HttpError(422, error.message, {}, { cause: error });
      throw toHttpError(error, path);
    }
    return undefined;
  }

  return {
    "GET /api/nbconvert": () => ({
      json: Object.fromEntries(
        Object.entries(formats).map(([name, { type }]) => [
          name,
          { output_mimetype: name === "pdf" ? "application/pdf" : type },
        ]),
      ),
    }),
    "GET /nbconvert/:format/**": async (exchange) => {
      try {
        return await send(exchange);
      } catch (error) {
        // JupyterLab opens exports in a tab of their own, where nobody reads JSON.
        if (exchange.request.headers["sec-fetch-dest"] !== "document") throw error;
        const { status, message } = toHttpError(error);
        sendHtml(
          exchange.response,
          status,
          formatErrorPage("The notebook was not exported", message),
          plainPolicy,
        );
        return undefined;
      }
    },
  };
}
