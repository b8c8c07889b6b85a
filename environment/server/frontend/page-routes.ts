import { stat } from "node:fs/promises";
import { kernelLogo } from "../../kernel/logo.js";
import { decodeUrlPath } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import type { Gate } from "../http/auth.js";
import { HttpError } from "../http/errors.js";
import { checkOrigin } from "../http/origin.js";
import { sendHtml, sendText } from "../http/reply.js";
import type { Exchange, Routes } from "../http/router.js";
import { readLabBundle } from "./bundle.js";
import { createDocsRoutes } from "./docs-routes.js";
import { formatLabPage, type LabView, staticUrl } from "./lab-page.js";
import {
  formatForwardPage,
  formatLoggedOutPage,
  formatLoginPage,
  formatLogoutPage,
  formatNotBuiltPage,
} from "./plain-page.js";
import { labPolicy, plainPolicy } from "./policies.js";

/** What the pages need. */
export interface PageParts {
  project: Project;
  labDist: string;
  gate: Gate;
  /** Folder of the pages that `npm run docs` builds. */
  docs: string;
  /** Path of the document that `/` opens; empty for the plain lab. */
  notebook: string;
  /** The folder that the page shows first. */
  lessons: string;
}

/**
 * The pages a person visits: `/`, `/lab`, `/lab/tree/PATH`, `/lab/workspaces/NAME[/tree/PATH]`, `/doc/tree/PATH`, `/docs/`.
 * A visit with the token in its address leaves with a cookie and without the token.
 */
export function createPageRoutes({ project, labDist, docs, gate, notebook, lessons }: PageParts): Routes {
  const page = (show: (exchange: Exchange) => Promise<void> | void) => async (exchange: Exchange) => {
    const { request, response, query, pathname } = exchange;
    if ((await gate.prove(request, query)) === undefined)
      sendHtml(response, 403, formatLoginPage(pathname, query.has("token")), plainPolicy);
    else if (query.has("token")) welcome(exchange);
    else await show(exchange);
    return undefined;
  };

  /** Sets the cookie and goes on to the same address without the token. */
  function welcome({ request, response, query, pathname }: Exchange): void {
    query.delete("token");
    const rest = query.toString();
    const target = `${pathname.replace(/^[/\\]+/, "/")}${rest === "" ? "" : `?${rest}`}`;
    const site = request.headers["sec-fetch-site"];
    const cookie = { "Set-Cookie": gate.cookie };
    // A browser that comes by a link on another site sends no strict cookie along a redirect, but does from a page.
    if (site === "cross-site" || site === "same-site")
      sendHtml(response, 200, formatForwardPage(target), plainPolicy, cookie);
    else redirectTo(response, target, cookie);
  }

  /** Ends the cookies, where the request is the reader's own wish; asks where another page may have made it. */
  async function logOut({ request, response, query }: Exchange): Promise<undefined> {
    const proof = await gate.prove(request, query);
    if (proof === undefined) {
      sendHtml(response, 200, formatLoggedOutPage(), plainPolicy, { "Set-Cookie": gate.noCookie });
      return;
    }
    const isChange = request.method === "POST";
    if (isChange) checkOrigin(request, proof);
    if (!isChange && request.headers["sec-fetch-site"] !== "same-origin") {
      sendHtml(response, 200, formatLogoutPage(), plainPolicy);
      return;
    }
    gate.endCookies();
    sendHtml(response, 200, formatLoggedOutPage(), plainPolicy, { "Set-Cookie": gate.noCookie });
  }

  const redirect = (target: string) => page(({ response }) => redirectTo(response, target));

  /** @param readView makes the view from what the address holds; its path still percent-encoded */
  const lab = (readView: (params: Record<string, string>, rest: string) => Partial<LabView>) =>
    page(async ({ response, params, rest }) => {
      const bundle = await readLabBundle(labDist);
      if (!bundle) return sendHtml(response, 503, formatNotBuiltPage(), plainPolicy);
      const view: LabView = {
        mode: "multiple-document",
        workspace: "default",
        treePath: "",
        preferredPath: (await hasFolder(project, lessons)) ? lessons : "",
        ...readView(params, rest),
      };
      sendHtml(response, 200, formatLabPage(bundle, view), labPolicy);
    });

  const single = { mode: "single-document" } as const;
  const start =
    notebook === "" ? "/lab" : `/lab/tree/${notebook.split("/").map(encodeURIComponent).join("/")}`;
  return {
    ...createDocsRoutes(docs, page),
    // Browsers ask for it of their own accord, before there is a token.
    "GET /favicon.ico": async ({ response }) => {
      const icon = (await readLabBundle(labDist))?.favicon;
      if (icon === undefined) return sendText(response, "favicon.svg", kernelLogo);
      redirectTo(response, `${staticUrl}/${icon}`);
    },
    "GET /": redirect(start),
    "GET /tree": redirect("/lab"),
    "GET /login": redirect("/lab"),
    "GET /logout": logOut,
    "POST /logout": logOut,
    "GET /lab": lab(() => ({})),
    "GET /lab/tree/**": lab((_, rest) => ({ treePath: readTreePath(rest) })),
    "GET /lab/workspaces/:name": lab(({ name }) => ({ workspace: name })),
    "GET /lab/workspaces/:name/tree/**": lab(({ name }, rest) => ({
      workspace: name,
      treePath: readTreePath(rest),
    })),
    "GET /doc": lab(() => single),
    "GET /doc/tree/**": lab((_, rest) => ({ ...single, treePath: readTreePath(rest) })),
    "GET /doc/workspaces/:name/tree/**": lab(({ name }, rest) => ({
      ...single,
      workspace: name,
      treePath: readTreePath(rest),
    })),
  };
}

function redirectTo(
  response: Exchange["response"],
  target: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(302, { Location: target, "Cache-Control": "no-store", "Content-Length": "0", ...headers })
    .end();
}

/** A path that can't be one opens the lab without a document. */
function readTreePath(rest: string): string {
  try {
    return decodeUrlPath(rest);
  } catch (error) {
    if (error instanceof HttpError) return "";
    throw error;
  }
}

async function hasFolder(project: Project, path: string): Promise<boolean> {
  try {
    return (await stat(await project.locate(path))).isDirectory();
  } catch {
    return false;
  }
}
