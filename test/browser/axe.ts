import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

/** A fault that axe found, with the elements that have it. */
export interface AxeFinding {
  rule: string;
  impact: string;
  help: string;
  /** Selectors of the elements, and what they are. */
  targets: string[];
  html: string[];
}

interface AxeResults {
  violations: {
    id: string;
    impact: string | null;
    help: string;
    nodes: { target: unknown[]; html: string }[];
  }[];
}

/** JupyterLab's notices, which come and go by themselves and have a button without words. */
const notices = ".Toastify";

/**
 * What axe finds on a page, critical and serious findings only, but for JupyterLab's notices.
 *
 * @param include selector of the part to look at; default the whole page.
 */
export async function findBarriers(page: Page, include?: string): Promise<AxeFinding[]> {
  // Through the debugger, so that the page's content security policy stays as it is.
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(
    async ([selector, passing]) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: unknown, options: unknown): Promise<AxeResults> };
      };
      const context = { include: [[selector]], exclude: [[passing]] };
      return axe.run(context, { resultTypes: ["violations"] });
    },
    [include ?? "html", notices],
  );
  return violations
    .filter(({ impact }) => impact === "critical" || impact === "serious")
    .map(({ id, impact, help, nodes }) => ({
      rule: id,
      impact: impact!,
      help,
      targets: nodes.map(({ target }) => target.flat().join(" ")),
      html: nodes.map((node) => node.html.slice(0, 300)),
    }));
}

/** Findings as lines of a message. */
export function describeBarriers(findings: readonly AxeFinding[]): string {
  return findings
    .map(
      ({ rule, impact, help, targets, html }) =>
        `${impact} ${rule}: ${help}\n  ${targets
          .map((target, i) => `${target}: ${html[i]}`)
          .slice(0, 8)
          .join("\n  ")}`,
    )
    .join("\n");
}
