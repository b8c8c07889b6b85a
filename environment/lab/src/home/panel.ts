import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import type { ILauncher } from "@jupyterlab/launcher";
import type { ServiceManager } from "@jupyterlab/services";
import { LabIcon } from "@jupyterlab/ui-components";
import type { CommandRegistry } from "@lumino/commands";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { tumorlabIcon } from "../brand/icon";
import { element } from "../dom";
import { listRunning, type RunningKernel } from "../kernels/running";
import { describeMemory, describeState } from "../logic/kernel-words";
import type { NotebookCard } from "../logic/notebook-card";
import { checkEnvironment, type EnvironmentLine } from "./environment";
import { listFolder, listNotebookCards } from "./list-notebooks";
import "./home.css";

/** What the home page needs of the lab. */
export interface HomeOptions {
  commands: CommandRegistry;
  model: ILauncher.IModel;
  serviceManager: ServiceManager.IManager;
  /** Folder that new files go to. */
  cwd: () => string;
  /** Takes the place of the home page with a widget that a card opened. */
  replaceBy: (widget: Widget) => void;
}

const pages = [
  { path: "README.md", label: "What Tumorlab is" },
  { path: "environment/README.md", label: "Your own Jupyter or VS Code" },
  { path: "notebooks/teaching/README.md", label: "For teachers" },
  { path: "CONTRIBUTING.md", label: "How to contribute" },
  { path: "CHANGELOG.md", label: "What has changed" },
];

/** The home page: the numbered notebooks, what can be made new, the state of the environment, the documents. */
export class HomePanel extends Widget {
  private readonly notebooks = element("ul", { class: "tl-Home-cards", "aria-busy": "true" });
  private readonly creators = element("div", { class: "tl-Home-creators" });
  private readonly environment = element("ul", { class: "tl-Home-checks" });
  private readonly docs = element("ul");
  private readonly running = element("ul", { class: "tl-Home-running" });

  constructor(private readonly options: HomeOptions) {
    super();
    this.addClass("tl-Home");
    this.node.tabIndex = 0;
    this.node.append(
      this.createHead(),
      section("Notebooks", this.notebooks),
      section("Running kernels", this.running),
      section("New", this.creators),
      element(
        "div",
        { class: "tl-Home-columns" },
        section("Environment", this.environment),
        section("Read", this.docs),
      ),
    );
    options.model.stateChanged.connect(() => this.update(), this);
    options.serviceManager.sessions.runningChanged.connect(() => void this.showRunning(), this);
    this.update();
  }

  /** Lists the kernels that run; hidden where there is none. */
  private async showRunning(): Promise<void> {
    const kernels = await listRunning(this.options.serviceManager).catch(() => []);
    if (this.isDisposed) return;
    this.running.replaceChildren(...kernels.map((kernel) => this.createRunning(kernel)));
    this.running.parentElement?.toggleAttribute("hidden", kernels.length === 0);
  }

  /** Reads the notebooks, the kernels and the environment again. */
  async refresh(): Promise<void> {
    const { serviceManager } = this.options;
    void this.showRunning();
    const { contents } = serviceManager;
    const top = await listFolder(contents, "");
    // With --course these are the reader's own.
    const lessons = PageConfig.getOption("preferredPath") || "notebooks";
    // A folder that is not there is not asked for: the server's no would stand on the console.
    const listInside = async (outer: string, folder: string): Promise<string[]> =>
      top.includes(outer) && (await listFolder(contents, outer)).includes(folder)
        ? listFolder(contents, folder)
        : [];
    const [cards, teaching, documents, lines] = await Promise.all([
      top.includes(lessons) ? listNotebookCards(contents, lessons) : [],
      listInside("notebooks", "notebooks/teaching"),
      top.includes("environment") ? listFolder(contents, "environment") : [],
      checkEnvironment(serviceManager),
    ]);
    if (this.isDisposed) return;
    this.notebooks.replaceChildren(
      ...(cards.length > 0
        ? cards.map((card) => this.createCard(card))
        : [element("li", { class: "tl-Home-empty" }, `There is no notebook in ${lessons}/ yet.`)]),
    );
    this.notebooks.setAttribute("aria-busy", "false");
    this.environment.replaceChildren(...lines.map(createCheck));
    const present = [...top, ...documents, ...teaching];
    const found = pages.filter(({ path }) => present.includes(path));
    this.docs.replaceChildren(...found.map((page) => this.createDocument(page)), createReferenceLink());
  }

  protected override onAfterAttach(_message: Message): void {
    void this.refresh();
  }

  protected override onUpdateRequest(_message: Message): void {
    const items = [...this.options.model.items()].sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
    this.creators.replaceChildren(...items.map((item) => this.createCreator(item)));
  }

  protected override onAfterShow(_message: Message): void {
    void this.showRunning();
  }

  protected override onActivateRequest(_message: Message): void {
    this.node.focus();
  }

  private createHead(): HTMLElement {
    const icon = tumorlabIcon.element({ tag: "div", className: "tl-Home-logo" });
    return element(
      "header",
      { class: "tl-Home-head" },
      icon,
      element(
        "div",
        {},
        element("h1", {}, "Tumorlab"),
        element(
          "p",
          {},
          "Scaling tumor segmentation, worked through in TypeScript on real and synthetic CT.",
        ),
      ),
    );
  }

  private createCard({ path, number, title, description }: NotebookCard): HTMLElement {
    const button = element(
      "button",
      { class: "tl-Home-card", type: "button", title: path, "data-path": path },
      element("span", { class: "tl-Home-number", "aria-hidden": "true" }, number || "·"),
      element(
        "span",
        { class: "tl-Home-cardText" },
        element("strong", {}, title),
        element("span", {}, description),
      ),
    );
    button.addEventListener("click", () => void this.open(path));
    return element("li", {}, button);
  }

  private createCreator(item: ILauncher.IItemOptions): HTMLElement {
    const { commands, cwd, replaceBy } = this.options;
    const args = { ...item.args, cwd: cwd() };
    const button = element("button", { class: "tl-Home-creator", type: "button" });
    const icon = commands.icon(item.command, args);
    if (item.kernelIconUrl) {
      button.append(element("img", { src: item.kernelIconUrl, alt: "" }));
    } else if (icon instanceof LabIcon) {
      button.append(icon.element({ tag: "span" }));
    }
    const label = commands.label(item.command, args);
    const kind = item.category && item.category !== "Other" ? `${item.category}: ` : "";
    button.append(element("span", {}, `${kind}${label}`));
    button.title = commands.caption(item.command, args);
    button.addEventListener("click", () => {
      void commands.execute(item.command, { ...item.args, cwd: cwd() }).then((made: unknown) => {
        if (made instanceof Widget) replaceBy(made);
      });
    });
    return button;
  }

  private createRunning({ sessionId, path, state, lastActivity, memoryBytes }: RunningKernel): HTMLElement {
    const link = element("button", { class: "tl-Home-open", type: "button", title: `Open ${path}` }, path);
    link.addEventListener("click", () => void this.open(path));
    const end = element("button", { class: "tl-Home-end", type: "button" }, "End");
    end.title = `End the kernel of ${path}: what it holds in memory is gone`;
    end.addEventListener("click", () => {
      end.disabled = true;
      void this.options.serviceManager.sessions.shutdown(sessionId).then(() => this.showRunning());
    });
    const idleMs = Date.now() - lastActivity.getTime();
    const words = [describeState(state, idleMs), describeMemory(memoryBytes)].filter(Boolean).join(", ");
    return element("li", {}, link, element("span", {}, words), end);
  }

  private createDocument({ path, label }: (typeof pages)[number]): HTMLElement {
    const link = element("button", { class: "tl-Home-link", type: "button", title: path }, label);
    link.addEventListener("click", () => void this.open(path, "Markdown Preview"));
    return element("li", {}, link);
  }

  private async open(path: string, factory?: string): Promise<void> {
    await this.options.commands.execute("docmanager:open", { path, ...(factory && { factory }) });
  }
}

function section(title: string, body: HTMLElement): HTMLElement {
  const heading = element("h2", {}, title);
  return element("section", { "aria-label": title }, heading, body);
}

/** Opens the pages of `npm run docs`; the server says how to build them where they are not there. */
function createReferenceLink(): HTMLElement {
  const address = URLExt.join(PageConfig.getBaseUrl(), "docs/");
  const attributes = { class: "tl-Home-reference", href: address, target: "_blank", rel: "noopener" };
  return element("li", {}, element("a", attributes, "Reference and gallery"));
}

function createCheck({ state, name, detail }: EnvironmentLine): HTMLElement {
  return element(
    "li",
    { class: `tl-mod-${state.toLowerCase()}` },
    element("span", { class: "tl-Home-mark" }, state),
    element("strong", {}, name),
    element("span", {}, detail),
  );
}
