import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { checkPath } from "../contents/check-path.js";
import { HttpError } from "../http/errors.js";
import { sendHtml } from "../http/reply.js";
import { decodePart, type Exchange, type Routes } from "../http/router.js";
import { sendFile } from "../http/send-file.js";
import { formatNoDocsPage } from "./plain-page.js";
import { docsPolicy, plainPolicy } from "./policies.js";

/** What guards a page: it shows the page to who may see it, and the login to others. */
export type GuardPage = (show: (exchange: Exchange) => Promise<void> | void) => Routes[string];

/**
 * `/docs/`: the reference, the gallery and the other pages that `npm run docs` builds; until then a page that says so.
 *
 * @param folder of the built pages.
 */
export function createDocsRoutes(folder: string, guard: GuardPage): Routes {
  return {
    "GET /docs/**": guard(async (exchange) => {
      const { response, rest, pathname } = exchange;
      if (rest === "" && !pathname.endsWith("/")) {
        // Links in the page are relative to the folder.
        response.writeHead(302, { Location: "/docs/", "Content-Length": "0" }).end();
        return;
      }
      const root = await realpath(folder).catch(() => undefined);
      if (root === undefined) return sendHtml(response, 404, formatNoDocsPage(), plainPolicy);
      const path = rest === "" ? "index.html" : checkPath(rest.split("/").map(decodePart));
      const place = await realpath(join(root, path)).catch(() => undefined);
      if (place !== join(root, path)) throw new HttpError(404, `The pages have no file ${path}.`);
      const headers = { "Cache-Control": "no-cache", "Content-Security-Policy": docsPolicy };
      await sendFile(exchange, place, path, headers);
    }),
  };
}
