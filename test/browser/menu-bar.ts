import type { Locator, Page } from "playwright-core";

/** An entry of a menu. What it is called, and whether it can be taken, changes with what is in front. */
export interface MenuEntry {
  /** Words of the menu and of the submenus that lead to it. */
  menu: string[];
  label: string;
  command: string;
  /** Its place among those of its menu that have the same command. */
  place: number;
  isEnabled: boolean;
  /** It has a check mark. */
  isToggled: boolean;
}

interface Item extends Omit<MenuEntry, "menu"> {
  index: number;
  type: string;
}

/** The words of an entry with those that lead to it, for messages. */
export function nameEntry({ menu, label }: MenuEntry): string {
  return [...menu, label].join(" > ");
}

/** Names the same entry whatever its words are now. */
export function identifyEntry({ menu, command, place }: MenuEntry): string {
  return [...menu, command, place].join(" > ");
}

/** The words of the menu bar. */
export async function listMenus(page: Page): Promise<string[]> {
  const words = await page.locator(".lm-MenuBar-item:visible").allTextContents();
  return words.filter((text) => text !== "");
}

/**
 * The entries that a menu and its submenus show now, and the names of those of them that have nothing to take.
 *
 * @param menu words of the menu bar
 */
export async function listEntries(
  page: Page,
  menu: string,
): Promise<{ entries: MenuEntry[]; empty: string[] }> {
  const found = { entries: [] as MenuEntry[], empty: [] as string[] };
  const look = async (way: string[]): Promise<void> => {
    const items = await readItems(page, way.length - 1);
    const entries = items.filter(({ type }) => type === "command");
    if (!entries.some(({ isEnabled }) => isEnabled)) found.empty.push(way.join(" > "));
    found.entries.push(...entries.map((entry) => ({ ...entry, menu: way })));
    for (const item of items.filter(({ type }) => type === "submenu")) {
      const inner = [...way, item.label];
      if (await openSubmenu(page, way.length - 1, item.index)) await look(inner);
      else found.empty.push(inner.join(" > "));
      await closeMenus(page, way.length);
    }
  };
  await openMenu(page, menu);
  await look([menu]);
  await closeMenus(page);
  return found;
}

/** Takes an entry with the mouse; false, with all menus closed, where it is not there or cannot be taken now. */
export async function takeEntry(page: Page, { menu, command, place }: MenuEntry): Promise<boolean> {
  await openMenu(page, menu[0]);
  for (const [level, label] of menu.slice(1).entries()) {
    const item = (await readItems(page, level)).find(
      (each) => each.type === "submenu" && each.label === label,
    );
    if (item && (await openSubmenu(page, level, item.index))) continue;
    await closeMenus(page);
    return false;
  }
  const level = menu.length - 1;
  const entry = (await readItems(page, level)).find(
    (each) => each.isEnabled && each.command === command && each.place === place,
  );
  if (entry) await itemsOf(page, level).nth(entry.index).click();
  else await closeMenus(page);
  return entry !== undefined;
}

/** Closes menus from the innermost out, until so many are open; default: all. */
export async function closeMenus(page: Page, left = 0): Promise<void> {
  for (let open; (open = await openMenus(page).count()) > left;) {
    await page.keyboard.press("Escape");
    await openMenus(page)
      .nth(open - 1)
      .waitFor({ state: "hidden" });
  }
}

/** The menus that are open, from the menu bar's inwards. */
export function openMenus(page: Page): Locator {
  return page.locator(".lm-Menu:visible");
}

async function openMenu(page: Page, menu: string): Promise<void> {
  await closeMenus(page);
  await page.locator(".lm-MenuBar-item").getByText(menu, { exact: true }).click();
  await openMenus(page).first().waitFor();
}

/** Opens a submenu of the menu on a level, where no other is open; false where it has nothing to show. */
async function openSubmenu(page: Page, level: number, index: number): Promise<boolean> {
  await itemsOf(page, level).nth(index).hover();
  // It opens by itself too, but later.
  await page.keyboard.press("ArrowRight");
  return openMenus(page)
    .nth(level + 1)
    .waitFor({ timeout: 3000 })
    .then(
      () => true,
      () => false,
    );
}

const itemsOf = (page: Page, level: number): Locator => openMenus(page).nth(level).locator(".lm-Menu-item");

/** What a menu shows; what it keeps for other documents is left out. */
async function readItems(page: Page, level: number): Promise<Item[]> {
  const items = await itemsOf(page, level).evaluateAll((nodes) =>
    nodes.map((node, index) => ({
      index,
      type: (node as HTMLElement).dataset.type ?? "",
      label: node.querySelector(".lm-Menu-itemLabel")?.textContent ?? "",
      command: (node as HTMLElement).dataset.command ?? "",
      isEnabled: !node.classList.contains("lm-mod-disabled"),
      isToggled: node.classList.contains("lm-mod-toggled"),
      isShown: !node.classList.contains("lm-mod-hidden") && !node.classList.contains("lm-mod-collapsed"),
    })),
  );
  const seen = new Map<string, number>();
  return items
    .filter(({ isShown, type }) => isShown && type !== "separator")
    .map(({ isShown: _isShown, ...item }) => {
      const place = seen.get(item.command) ?? 0;
      seen.set(item.command, place + 1);
      return { ...item, place };
    });
}
