import { escapeHtml } from "../http/reply.js";

/** A page with a heading and a text. `html` and `head` must be safe. */
export function formatPlainPage(title: string, html: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>${escapeHtml(title)} · Tumorlab</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem; color-scheme: light dark; }
code, input { font: 14px ui-monospace, monospace; }
input { width: 100%; box-sizing: border-box; padding: 0.5rem; }
button { margin-top: 0.75rem; padding: 0.4rem 1.2rem; font: inherit; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${html}
</body>
</html>
`;
}

/** Shown to a browser without the token. `action` is the page it wanted. */
export function formatLoginPage(action: string, wasWrong: boolean): string {
  const html = `<p>${wasWrong ? "That is not the right token. " : ""}This lab runs code on the computer it was started on, so it asks
for its token. It stands in the terminal where <code>npm start</code> was run, at the end of the address.</p>
<form method="get" action="${escapeHtml(action)}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="off" autofocus required>
<button type="submit">Open the lab</button>
</form>`;
  return formatPlainPage("Token needed", html);
}

/** Goes on to `target` by itself. */
export function formatForwardPage(target: string): string {
  const html = `<p><a href="${escapeHtml(target)}">Open the lab</a></p>`;
  const head = `<meta http-equiv="refresh" content="0;url=${escapeHtml(target)}">\n`;
  return formatPlainPage("Opening the lab", html, head);
}

/** Shown while `environment/lab/dist` is missing; looks again every few seconds. */
export function formatNotBuiltPage(): string {
  const html = `<p>The server runs, but the front end is not built yet. In the project folder run</p>
<p><code>node environment/lab/build.mjs</code></p>
<p>or start the lab with <code>npm start</code>, which builds it when needed. This page then opens the lab by itself.</p>`;
  return formatPlainPage("The front end is not built", html, `<meta http-equiv="refresh" content="5">\n`);
}

/** Shown in place of the reference until it is built. */
export function formatNoDocsPage(): string {
  const html = `<p>Build them in the project's folder with <code>npm run docs</code>, in a minute or two and without a network, and load this page again.</p>
<p><a href="/lab">Back to the lab</a></p>`;
  return formatPlainPage("The reference and the gallery are not built", html);
}

/** Asks before a browser is logged out by an address that anyone may have made it visit. */
export function formatLogoutPage(): string {
  const html = `<p>Kernels keep running, and notebooks stay as they were last saved.</p>
<form method="post" action="/logout"><button type="submit">Log out</button></form>
<p><a href="/lab">Back to the lab</a></p>`;
  return formatPlainPage("Log out of this lab?", html);
}

/** Shown when no browser is let in by its cookie any more. */
export function formatLoggedOutPage(): string {
  const html = `<p>No browser that was open on this lab can use it any more. Kernels keep running until the lab is stopped.</p>
<p>To come back, open the address that <code>npm start</code> printed in its terminal, or <a href="/lab">enter its token</a>.</p>`;
  return formatPlainPage("You are logged out", html);
}

/** Shown instead of something that could not be made. `text` is plain. */
export function formatErrorPage(title: string, text: string): string {
  return formatPlainPage(title, `<p style="white-space: pre-line">${escapeHtml(text)}</p>`);
}
