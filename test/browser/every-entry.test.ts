import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, type WatchedPage } from "./browser.js";
import { openNotebook, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell } from "./notebooks.js";

const path = "notebooks/every entry.ipynb";

const notebook = createNotebook([
  markdownCell("# Entries"),
  codeCell("1 + 1", { "text/plain": "2" }),
  codeCell("const a = 1;"),
]);

/** What ends the lab, or what menus.test.ts takes with more care. */
const takenElsewhere = /^(Log Out|Shut Down|Print.*|HTML|Markdown|PDF|TypeScript)$/;

/** Words of a menu, of a submenu if there is one, and of the entry. */
type Way = string[];

// A minute or more for each menu: at full size only.
(process.env.TUMORLAB_FULL === undefined ? describe.skip : describe)(
  "every entry of every menu",
  function () {
    this.timeout(3_600_000);
    let browser: Browser;
    let lab: TestLab;
    let page: Page;
    let watched: WatchedPage;

    before(async function () {
      browser = await launchBrowser(this);
      lab = await startTestLab({ [path]: notebook });
      watched = await openPage(browser);
      ({ page } = watched);
      page.on("dialog", (dialog) => void dialog.accept());
      page.context().on("page", (other) => void other.close());
    });

    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    const openMenus = () => page.locator(".lm-Menu:visible");
    const entriesOf = (level: number, type: "command" | "submenu") =>
      openMenus()
        .nth(level)
        .locator(
          `.lm-Menu-item[data-type=${type}]:not(.lm-mod-disabled):not(.lm-mod-collapsed):not(.lm-mod-hidden)`,
        );

    async function closeMenus(): Promise<void> {
      while ((await openMenus().count()) > 0) await page.keyboard.press("Escape");
    }

    async function openMenu(way: Way): Promise<void> {
      await closeMenus();
      await page.locator(".lm-MenuBar-item").getByText(way[0], { exact: true }).click();
      await openMenus().first().waitFor();
      for (const [level, label] of way.slice(1).entries()) {
        await entriesOf(level, "submenu").filter({ hasText: label }).first().hover();
        await openMenus()
          .nth(level + 1)
          .waitFor();
      }
    }

    async function listWays(): Promise<Way[]> {
      const ways: Way[] = [];
      const look = async (menu: Way): Promise<void> => {
        await openMenu(menu);
        const level = menu.length - 1;
        const labels = (type: "command" | "submenu") =>
          entriesOf(level, type).locator(".lm-Menu-itemLabel").allTextContents();
        for (const label of await labels("command")) if (label !== "") ways.push([...menu, label]);
        for (const label of await labels("submenu")) if (label !== "") await look([...menu, label]);
      };
      for (const name of await page.locator(".lm-MenuBar-item").allTextContents())
        if (name !== "") await look([name]);
      await closeMenus();
      return ways;
    }

    it("does something and breaks nothing", async () => {
      await openNotebook(page, lab, path);
      const ways = (await listWays()).filter((way) => !takenElsewhere.test(way.at(-1)!));
      assert.ok(ways.length > 80, `${ways.length} entries`);
      const faults: string[] = [];
      for (const way of ways) {
        watched.complaints.length = 0;
        // What the entry before it did, to the page and to the notebook, is not to be seen.
        await writeFile(join(lab.folder, path), JSON.stringify(notebook));
        const label = way.at(-1)!;
        try {
          await openNotebook(page, lab, path);
          await page.locator(".jp-NotebookPanel:visible .jp-CodeCell .jp-InputPrompt").first().click();
          await openMenu(way.slice(0, -1));
          const entry = entriesOf(way.length - 2, "command").filter({
            has: page.locator(".lm-Menu-itemLabel").getByText(label, { exact: true }),
          });
          // What an entry is called, and whether it can be taken, may depend on what is in front.
          if ((await entry.count()) === 0) continue;
          await entry.first().click({ timeout: 5000 });
          await page.waitForLoadState("networkidle");
          for (const dialog of await page.locator(".jp-Dialog").all()) {
            assert.notEqual((await dialog.textContent())?.trim(), "");
            await dialog.getByRole("button").first().click();
          }
          if ((await page.locator("html[data-lab-state=ready]").count()) === 0)
            faults.push(`${way.join(" > ")}: the lab is gone`);
        } catch (error) {
          faults.push(`${way.join(" > ")}: ${(error as Error).message.split("\n")[0]}`);
        }
        faults.push(...watched.complaints.map((text) => `${way.join(" > ")}: ${text}`));
      }
      assert.deepEqual(faults, []);
    });
  },
);
