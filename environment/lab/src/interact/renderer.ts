import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Kernel } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import {
  interactMime,
  type InteractReply,
  interactTarget,
  parseInteractPayload,
} from "tumorlab/internal/contracts/interact-payload";
import { element } from "../dom";
import { RequestPace } from "../logic/request-pace";
import { ControlPanel, type PanelValues } from "./panel";
import "./interact.css";

const stale = "Run the cell again to use these controls: the kernel does not know them any more.";

/** Controls whose values go to the kernel of their notebook, which draws anew what stands below them. */
export class InteractWidget extends Widget implements IRenderMime.IRenderer {
  private panel: ControlPanel | undefined;
  private panelId = "";
  private comm: Kernel.IComm | undefined;
  private readonly pace = new RequestPace<PanelValues>(
    (request) => void this.comm?.send({ ...request, values: { ...request.values } }),
  );

  /** The comm of a kernel that is gone tells nothing more. */
  private readonly loseKernel = (): void => {
    this.comm = undefined;
    this.pace.reset();
    this.node.dataset.busy = "false";
  };

  private readonly followStatus = (_context: ISessionContext, status: Kernel.Status): void => {
    if (status === "restarting" || status === "autorestarting" || status === "dead") this.loseKernel();
  };

  constructor(private readonly context: ISessionContext) {
    super();
    this.context.kernelChanged.connect(this.loseKernel);
    this.context.statusChanged.connect(this.followStatus);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      const payload = parseInteractPayload(model.data[interactMime]);
      this.panelId = payload.id;
      this.panel = new ControlPanel(payload, (values, settled) => this.move(values, settled));
      this.node.replaceChildren(this.panel.node);
      this.openComm();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.node.replaceChildren(
        element("p", { class: "tl-Error", role: "alert" }, `These controls cannot be shown: ${reason}.`),
      );
    }
    return Promise.resolve();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.context.kernelChanged.disconnect(this.loseKernel);
    this.context.statusChanged.disconnect(this.followStatus);
    this.closeComm();
    super.dispose();
  }

  private move(values: PanelValues, settled: boolean): void {
    if (!this.comm) this.openComm();
    if (!this.comm) return this.panel?.say(stale);
    this.pace.ask(values, settled);
    if (this.pace.isBusy) this.node.dataset.busy = "true";
  }

  /** Asks the kernel for the panel; one that does not know it closes the comm. */
  private openComm(): void {
    const kernel = this.context.session?.kernel;
    if (!kernel || kernel.isDisposed || !kernel.handleComms || this.comm) return;
    const comm = kernel.createComm(interactTarget);
    comm.onMsg = ({ content }) => this.take(content.data as unknown as InteractReply);
    comm.onClose = () => {
      if (this.comm !== comm) return;
      this.comm = undefined;
      this.pace.reset();
      this.node.dataset.busy = "false";
      this.panel?.say(stale);
      this.panel?.disable();
    };
    this.comm = comm;
    comm.open({ id: this.panelId });
  }

  private take({ sequence, failure }: InteractReply): void {
    if (!this.pace.answered(sequence)) return;
    if (!this.pace.isBusy) this.node.dataset.busy = "false";
    this.panel?.say(failure === undefined ? "" : `Nothing was drawn: ${failure}`, "failed");
  }

  private closeComm(): void {
    const { comm } = this;
    this.comm = undefined;
    if (comm && !comm.isDisposed) comm.close();
  }
}
