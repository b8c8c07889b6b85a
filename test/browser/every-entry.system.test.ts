import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, readText, takeScreenshot, type WatchedPage } from "./browser.js";
import { chooseMenu, openNotebook, startTestLab, type TestLab } from "./lab.js";
import { identifyEntry, listEntries, listMenus, type MenuEntry, nameEntry, takeEntry } from "./menu-bar.js";
import { codeCell, createNotebook, markdownCell } from "./notebooks.js";

const path = "notebooks/every entry.ipynb";
const textPath = "notebooks/every entry.txt";
const closedPath = "notebooks/closed.txt";

const notebook = createNotebook([
  markdownCell("# Entries"),
  codeCell("1 + 1", { "text/plain": "2" }),
  codeCell("const a = 1;"),
  codeCell("a + 1;"),
]);

/** What ends the lab. */
const endings = ["filemenu:logout", "filemenu:shutdown"];

// Some 280 entries, each taken by mouse, and the kernel restarted by some: two minutes at least, seven on a machine with ten other things to do.
(process.env.TUMORLAB_FULL === undefined ? describe.skip : describe)(
  "every entry of every menu",
  function () {
    this.timeout(1_200_000);
    let browser: Browser;
    let lab: TestLab;
    let page: Page;
    let watched: WatchedPage;
    /** Requests under way, and further pages that an entry opened. */
    const pending = new Set<unknown>();
    const taken = new Set<string>();
    const seen = new Map<string, MenuEntry>();
    const faults: string[] = [];
    let last = "opening";

    before(async function () {
      browser = await launchBrowser(this);
      lab = await startTestLab({ [path]: notebook });
      watched = await openPage(browser);
      ({ page } = watched);
      page.on("request", (request) => void pending.add(request));
      page.on("requestfinished", (request) => void pending.delete(request));
      page.on("requestfailed", (request) => void pending.delete(request));
      page.on("dialog", (dialog) => void dialog.accept());
      page.context().on("page", (other) => {
        const { complaints } = watched;
        other.on("pageerror", (error) => complaints.push(`another page: ${error.message}`));
        other.on("response", (response) => {
          if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
        });
        const closed = other.waitForLoadState().then(
          () => other.close(),
          // One that only takes a file away is closed by the browser itself.
          () => undefined,
        );
        pending.add(closed);
        void closed.finally(() => pending.delete(closed));
      });
    });

    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    for (const [front, open] of [
      ["a notebook", openFresh],
      ["a text file beside a notebook", openText],
    ] as const)
      it(`does something and breaks nothing, with ${front} in front`, async () => {
        await open();
        for (const menu of await listMenus(page)) await takeAll(menu, open);
      });

    it("can be taken somewhere", () => {
      const never = [...seen].filter(([id]) => !taken.has(id)).map(([, entry]) => nameEntry(entry));
      assert.deepEqual(never, []);
      assert.ok(taken.size > 200, `${taken.size} entries`);
    });

    it("has nothing to complain of, until the end", () => assert.deepEqual(faults, []));

    it("ends the session where it says so", async () => {
      await openFresh();
      const { entries } = await listEntries(page, "File");
      const [logOut, shutDown] = endings.map((end) => entries.find(({ command }) => command === end)!);
      await takeEntry(page, logOut);
      await page.getByRole("heading", { name: "You are logged out" }).waitFor();
      await openFresh();
      await takeEntry(page, shutDown);
      await page.keyboard.press("Escape");
      await dialogs().waitFor({ state: "detached" });
      await takeEntry(page, shutDown);
      await dialogs().locator(".jp-mod-accept").click();
      await page.getByText("Server stopped").waitFor();
      await takeScreenshot(page, "shut-down");
      await assert.rejects(fetch(lab.address()));
    });

    /**
     * Takes the entries of a menu that were not taken before, with those that come to be through others; then once more those
     * whose check marks have changed by it.
     */
    async function takeAll(menu: string, open: () => Promise<void>): Promise<void> {
      let isTouched = false;
      const marks = new Map<string, boolean>();
      const missed = new Set<string>();
      const undone = new Set<string>();
      for (;;) {
        const { entries } = await listEntries(page, menu);
        const usable = entries.filter(({ command }) => !endings.includes(command));
        for (const entry of usable) {
          const id = identifyEntry(entry);
          seen.set(id, entry);
          if (!marks.has(id)) marks.set(id, entry.isToggled);
        }
        const isNew = (entry: MenuEntry) =>
          !taken.has(identifyEntry(entry)) && !missed.has(identifyEntry(entry));
        const isChanged = (entry: MenuEntry) =>
          marks.get(identifyEntry(entry)) !== entry.isToggled && !undone.has(identifyEntry(entry));
        const enabled = usable.filter(({ isEnabled }) => isEnabled);
        const fresh = enabled.filter(isNew);
        const wanted = fresh.length > 0 ? fresh : enabled.filter(isChanged);
        if (wanted.length === 0) break;
        for (const entry of wanted) {
          const id = identifyEntry(entry);
          if (fresh.length === 0) undone.add(id);
          if (await takeSafely(entry, open)) taken.add(id);
          else missed.add(id);
          isTouched = true;
        }
      }
      if (isTouched) await open();
    }

    /** Takes an entry, on a fresh page where the one before has changed too much; writes down what is wrong. */
    async function takeSafely(entry: MenuEntry, open: () => Promise<void>): Promise<boolean> {
      last = nameEntry(entry);
      try {
        if (await take(entry)) return true;
        await open();
        return await take(entry);
      } catch (error) {
        faults.push(`${last}: ${(error as Error).message}`);
        await takeScreenshot(page, `failed-${last}`);
        await open();
        return true;
      } finally {
        collect();
      }
    }

    /** Takes an entry; where it asks, cancels, then takes it again and says yes. False where it can't be taken now. */
    async function take(entry: MenuEntry): Promise<boolean> {
      if (!(await takeEntry(page, entry))) return false;
      await settle();
      if (await readDialog()) {
        await page.keyboard.press("Escape");
        await dialogs().waitFor({ state: "detached" });
        await takeEntry(page, entry);
        await settle();
        for (let answers = 0; await readDialog(); answers++) {
          assert.ok(answers < 5, "it asks without end");
          const accept = dialogs().last().locator(".jp-mod-accept");
          if ((await accept.count()) > 0) await accept.click();
          else await page.keyboard.press("Escape");
          await settle();
        }
      }
      const errors = page.locator(".Toastify__toast--error");
      for (const text of await errors.allTextContents()) faults.push(`${nameEntry(entry)}: ${text}`);
      if (!(await page.locator("html[data-lab-state=ready] .lm-MenuBar:visible").count()))
        throw new Error("the lab is gone");
      return true;
    }

    const dialogs = () => page.locator(".jp-Dialog");

    /** The words of the dialog in front, if there is one. */
    async function readDialog(): Promise<string | undefined> {
      if ((await dialogs().count()) === 0) return undefined;
      const text = await readText(dialogs().last());
      const title = await readText(dialogs().last().locator(".jp-Dialog-header"));
      assert.notEqual(text.trim(), "", "a dialog without words");
      assert.doesNotMatch(title, /error|fail|could not|cannot/i, text);
      return text;
    }

    /** Waits until nothing is asked of the server any more, and what came is shown. */
    async function settle(): Promise<void> {
      for (let quiet = 0; quiet < 2;) {
        await page.evaluate(
          () => new Promise<void>((done) => requestAnimationFrame(() => requestIdleCallback(() => done()))),
        );
        quiet = pending.size === 0 ? quiet + 1 : 0;
        if (pending.size > 0) await new Promise((done) => setTimeout(done, 5));
      }
      // What is asked of a kernel that starts is taken back by the next restart.
      await page.waitForFunction(
        () =>
          !document.querySelector(
            ".jp-Notebook-ExecutionIndicator:is([data-status$=starting], [data-status=initializing], [data-status=connecting])",
          ),
      );
    }

    function collect(): void {
      // A kernel that ends at once has told nothing of its history.
      for (const text of watched.complaints.splice(0))
        if (!text.includes("History was unable")) faults.push(`${last}: ${text}`);
    }

    /** A page as after the first start, with the notebook as it was. */
    async function openFresh(): Promise<void> {
      await page.goto("about:blank");
      await rm(join(lab.folder, ".tumorlab"), { recursive: true, force: true });
      await writeFile(join(lab.folder, path), JSON.stringify(notebook));
      for (const each of [textPath, closedPath]) await writeFile(join(lab.folder, each), "some text\n");
      await openNotebook(page, lab, path);
      await page.locator(".jp-NotebookPanel:visible .jp-CodeCell .jp-InputPrompt").first().click();
      await settle();
    }

    async function openText(): Promise<void> {
      await openFresh();
      await openPath(closedPath);
      await chooseMenu(page, "File", "Close Tab");
      await openPath(textPath);
      await page.locator(".jp-FileEditor:visible .cm-content").click();
      await settle();
    }

    async function openPath(file: string): Promise<void> {
      await chooseMenu(page, "File", "Open from Path\u2026");
      await page.locator(".jp-Dialog input").fill(file);
      await page.locator(".jp-Dialog").getByRole("button", { name: "Open" }).click();
      await page.locator(`#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current[title*="${file}"]`).waitFor();
    }
  },
);
