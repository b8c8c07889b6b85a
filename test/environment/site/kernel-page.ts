import type { Page } from "playwright-core";
import type { ThreadStart } from "tumorlab/internal/platform/browser/page";
import type { KernelStart } from "#environment/site/kernel/page-messages.js";

/** A message as a kernel sends it. */
export interface Heard {
  type: string;
  channel: string;
  parent: string;
  content: Record<string, unknown>;
}

/** What a request came to: its reply, and what was published for it in between. */
export interface Answer {
  reply: Record<string, unknown>;
  heard: Heard[];
}

/** How a request is sent. */
export interface Asking {
  channel?: "shell" | "control";
  /** Answers to questions to the reader, in order. */
  inputs?: string[];
  /** Milliseconds after which the kernel is interrupted once the request was sent. */
  interruptAfterMs?: number;
}

/** A kernel in a worker of a page, spoken to as a front end does. */
export interface PageKernel {
  ask: (type: string, content: Record<string, unknown>, asking?: Asking) => Promise<Answer>;
  /** Runs a cell. */
  run: (code: string, asking?: Asking) => Promise<Answer>;
}

/** Starts a kernel in a page that has nothing else; `state` is made there where memory can be shared. */
export async function startPageKernel(
  page: Page,
  start: ThreadStart,
  kernel: KernelStart,
): Promise<PageKernel> {
  await page.evaluate(
    ([threadStart, kernelStart]) => {
      const worker = new Worker(`${threadStart.scripts}thread.js`);
      const state = self.crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(40)) : undefined;
      const waiting = new Map<string, (heard: Heard) => void>();
      let broken: string | undefined;
      worker.onmessage = ({ data }) => {
        if (data.kind === "failed") broken = `${data.message}\n${data.stack}`;
        if (broken !== undefined)
          for (const tell of waiting.values())
            tell({ type: "failed", channel: "", parent: "", content: { broken } });
        if (data.kind !== "message") return;
        const [header, parent, , content] = (data.parts as string[]).map((part) => JSON.parse(part));
        const heard = { type: header.msg_type, channel: data.channel, parent: parent.msg_id, content };
        waiting.get(parent.msg_id)?.({ ...heard, id: header.msg_id } as Heard);
      };
      worker.onerror = ({ message }) => (broken = message);
      worker.postMessage({ kind: "start", start: threadStart, kernel: { ...kernelStart, state } });
      let count = 0;
      const send = (channel: string, type: string, content: object, parent = {}): string => {
        const msg_id = `request-${++count}`;
        const header = { msg_id, msg_type: type, session: "page", username: "", date: "", version: "5.3" };
        const message = { header, parent_header: parent, metadata: {}, content, buffers: [] };
        worker.postMessage({ kind: "message", channel, message });
        return msg_id;
      };
      const ask = (type: string, content: object, asking: Asking): Promise<Answer> =>
        new Promise((resolve, reject) => {
          const heard: Heard[] = [];
          const inputs = [...(asking.inputs ?? [])];
          let reply: Record<string, unknown> | undefined;
          let isIdle = false;
          const id = send(asking.channel ?? "shell", type, content);
          waiting.set(id, (message) => {
            if (message.type === "failed") return reject(new Error(String(message.content.broken)));
            if (message.type === "input_request") {
              const { id: msg_id } = message as Heard & { id: string };
              send("stdin", "input_reply", { value: inputs.shift() }, { msg_id });
            }
            if (message.channel === "iopub" || message.channel === "stdin") heard.push(message);
            else reply = message.content;
            isIdle ||= message.type === "status" && message.content.execution_state === "idle";
            if (isIdle && (reply || !type.endsWith("_request"))) {
              waiting.delete(id);
              resolve({ reply: reply ?? {}, heard });
            }
          });
          if (asking.interruptAfterMs !== undefined)
            setTimeout(() => {
              if (state) Atomics.add(state, 0, 1);
              worker.postMessage({ kind: "interrupt" });
            }, asking.interruptAfterMs);
        });
      Object.assign(window, { askKernel: ask });
    },
    [start, kernel] as const,
  );
  const ask: PageKernel["ask"] = (type, content, asking = {}) =>
    page.evaluate(
      ([kind, body, how]) =>
        (window as unknown as { askKernel: (...args: unknown[]) => Promise<Answer> }).askKernel(
          kind,
          body,
          how,
        ),
      [type, content, asking] as const,
    );
  return {
    ask,
    run: (code, asking) =>
      ask("execute_request", { code, silent: false, store_history: true, allow_stdin: true }, asking),
  };
}

/** What a cell wrote to a stream. */
export function streamOf({ heard }: Answer, name = "stdout"): string {
  return heard
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

/** The value of a cell, as text. */
export function valueOf({ heard }: Answer): string | undefined {
  const result = heard.find(({ type }) => type === "execute_result");
  return (result?.content.data as Record<string, string> | undefined)?.["text/plain"];
}
