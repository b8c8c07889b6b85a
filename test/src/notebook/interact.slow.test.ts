import assert from "node:assert/strict";
import fc from "fast-check";
import {
  interactMime,
  type InteractPayload,
  type InteractReply,
  interactTarget,
  parseInteractPayload,
} from "tumorlab/internal/contracts/interact-payload";
import {
  type Comm,
  type CommMessage,
  type CommTarget,
  type KernelSession,
  kernelSessionKey,
} from "tumorlab/internal/contracts/kernel-session";
import { type Controls, describeControls, readControlValues } from "tumorlab/internal/notebook/controls";
import { interact } from "tumorlab/internal/notebook/interact";
import { captureOutput, startFakeKernel, type FakeKernel } from "./fake-kernel.js";

const png = "data:image/png;base64,iVBORw0KGgo=";

/** A front end that opens a comm to a panel. */
interface FakeFrontEnd {
  replies: InteractReply[];
  closed: unknown[];
  send(data: object): Promise<void>;
}

describe("interact", () => {
  let kernel: FakeKernel;
  let targets: Map<string, CommTarget>;
  beforeEach(() => {
    kernel = startFakeKernel();
    targets = new Map();
    const globals = globalThis as unknown as Record<symbol, KernelSession>;
    globals[kernelSessionKey].onComm = (target, handler) => void targets.set(target, handler);
  });
  afterEach(() => kernel.stop());

  function open(id: unknown): FakeFrontEnd {
    const replies: InteractReply[] = [];
    const closed: unknown[] = [];
    let handler: (message: CommMessage) => unknown = () => assert.fail("nobody listens");
    const comm: Comm = {
      id: "comm",
      target: interactTarget,
      send: (data) => void replies.push(data as unknown as InteractReply),
      onMessage: (each) => void (handler = each),
      onClose: () => undefined,
      close: (data) => void closed.push(data),
    };
    const message = (data: object): CommMessage => ({ data: data as never, metadata: {}, buffers: [] });
    targets.get(interactTarget)!(comm, message({ id }));
    return {
      replies,
      closed,
      send: async (data) => {
        handler(message(data));
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
    };
  }
  const panelOf = (at = 0): InteractPayload => parseInteractPayload(kernel.shown[at].bundle[interactMime]);

  it("shows the controls and what is drawn at the start, then anew what was chosen", async () => {
    await interact(
      {
        radiusMm: { min: 2, max: 20, step: 0.5, value: 5 },
        organ: ["liver", "kidney"],
        outline: true,
        runs: [10, 20],
      },
      ({ radiusMm, organ, outline, runs }) => {
        const typed: [number, "liver" | "kidney", boolean, 10 | 20] = [radiusMm, organ, outline, runs];
        return typed.join(" ");
      },
    );
    assert.deepEqual(
      panelOf().controls.map(({ label, kind, value }) => `${label}: ${kind} ${value}`),
      ["radius mm: slider 5", "organ: choice 0", "outline: checkbox true", "runs: choice 0"],
    );
    assert.equal(kernel.shown[1].bundle["text/markdown"], "5 liver true 10");
    const front = open(panelOf().id);
    await front.send({
      values: { radiusMm: 7.5, organ: 1, outline: false, runs: 1 },
      sequence: 1,
      settled: true,
    });
    assert.deepEqual(front.replies, [{ sequence: 1 }]);
    const { bundle, options } = kernel.shown[2];
    assert.equal(bundle["text/markdown"], "7.5 kidney false 20");
    assert.equal(options.update, true);
    assert.equal(options.displayId, kernel.shown[1].options.displayId);
  });

  it("draws figures without their still picture while a control moves, and with it at rest", async () => {
    const figure = (n: number) => ({
      data: [{ type: "bar", x: ["a"], y: [n] }],
      layout: { title: { text: `${n}` } },
    });
    await interact({ n: { min: 1, max: 3 } }, ({ n }) => figure(n) as never);
    const front = open(panelOf().id);
    await front.send({ values: { n: 2 }, sequence: 1, settled: false });
    await front.send({ values: { n: 3 }, sequence: 2, settled: true });
    while (front.replies.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      kernel.shown.slice(1).map(({ bundle }) => "image/png" in bundle),
      [true, false, true],
    );
  });

  it("keeps the picture and says why where a value cannot be drawn, or is none of the control", async () => {
    await interact({ n: { min: 1, max: 3 } }, ({ n }) => {
      if (n === 2) throw new Error("two is too many");
      return `${n}`;
    });
    const front = open(panelOf().id);
    for (const [sequence, n] of [2, 9, "1", NaN, undefined].entries())
      await front.send({ values: { n }, sequence, settled: true });
    assert.deepEqual(
      front.replies.map(({ failure }) => failure?.replace(/\n.*/s, "")),
      [
        "two is too many",
        "n: found 9, expected 1 to 3",
        'n: found "1", expected a number',
        "n: found NaN, expected a number",
        "n: found undefined, expected a number",
      ],
    );
    assert.equal(kernel.shown.length, 2);
  });

  it("shows pictures to pick from, and hands on which were picked", async () => {
    await interact({ odd: { pictures: [png, png, png], label: "Click the odd ones" } }, ({ odd }) => {
      const typed: readonly boolean[] = odd;
      return typed.map(String).join(" ");
    });
    const { bundle } = kernel.shown[0];
    assert.match(String(bundle["text/plain"]), /Click the odd ones: 3 pictures, none picked/);
    assert.equal(
      String(bundle["text/html"]).match(/<img src="data:image\/png;base64,[^"]+" alt="Picture \d">/g)?.length,
      3,
    );
    assert.equal(kernel.shown[1].bundle["text/markdown"], "false false false");
    const front = open(panelOf().id);
    for (const odd of [[true, false, true], [true], [1, 0, 0], true])
      await front.send({ values: { odd }, sequence: front.replies.length, settled: true });
    assert.equal(kernel.shown[2].bundle["text/markdown"], "true false true");
    assert.deepEqual(
      front.replies.slice(1).map(({ failure }) => /expected (.*)/.exec(failure ?? "")?.[1]),
      Array(3).fill("true or false for each of 3 pictures"),
    );
  });

  it("knows no panel of another kernel", async () => {
    await interact({ on: true }, ({ on }) => `${on}`);
    for (const id of ["panel-1", undefined, 7]) assert.deepEqual(open(id).closed, [{ reason: "unknown" }]);
  });

  it("keeps the latest panels alone, since each holds what it draws from", async () => {
    for (let i = 0; i < 41; i++) await interact({ on: true }, () => `${i}`);
    const [first, second] = [0, 2].map((at) => open(panelOf(at).id).closed);
    assert.deepEqual([first, second], [[{ reason: "unknown" }], []]);
  });

  it("shows nothing where the first drawing fails or gives nothing to show", async () => {
    await assert.rejects(
      interact({ on: true }, () => assert.fail("no")),
      /no/,
    );
    await assert.rejects(
      interact({ on: true }, () => undefined as never),
      /draw: found undefined, expected a figure/,
    );
    assert.deepEqual(kernel.shown, []);
  });

  it("prints the values and the drawing outside of a kernel", async () => {
    kernel.stop();
    const printed = await captureOutput(() =>
      interact({ organ: ["liver"], on: true }, ({ organ }) => `of ${organ}`),
    );
    assert.match(printed, /organ: liver\n {2}on: yes\n[^]*of liver/);
  });
});

describe("controls", () => {
  it("refuses what is none, naming it", () => {
    const refused: [Controls, RegExp][] = [
      [{}, /controls: .* expected at least one/],
      [{ a: { min: 3, max: 3 } }, /controls\.a: found "min 3, max 3", expected min below max/],
      [{ a: { min: 0, max: Infinity } }, /min below max, both finite/],
      [{ a: { min: 0, max: 1, step: 0 } }, /controls\.a\.step: found 0/],
      [{ a: { min: 0, max: 1, value: 2 } }, /controls\.a\.value: found 2, expected 0 to 1/],
      [{ a: [] }, /controls\.a\.options/],
      [{ a: ["x", "x"] }, /each option once/],
      [{ a: { options: ["x"], value: "y" } }, /controls\.a\.value: found "y", expected one of x/],
      [{ a: { checked: "yes" as never } }, /true or false/],
      [{ a: { min: 0 } as never }, /a slider \{ min, max \}/],
      [{ a: { pictures: [] } }, /controls\.a\.pictures: found .*, expected at least one/],
      [
        { a: { pictures: [png, "https://x.org/a.png"] } },
        /controls\.a\.pictures: found "https:.*PNGs as data/,
      ],
      [{ a: 5 as never }, /a slider \{ min, max \}/],
      [{ a: null as never }, /a slider \{ min, max \}/],
    ];
    for (const [controls, message] of refused) assert.throws(() => describeControls(controls), message);
  });

  it("hands on any value that a panel can send", () => {
    const slider = fc
      .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }), fc.nat(100))
      .map(([min, length, at]) => ({ min, max: min + length, value: min + (at % (length + 1)) }));
    const choice = fc.uniqueArray(fc.string(), { minLength: 1 });
    fc.assert(
      fc.property(slider, choice, fc.boolean(), fc.array(fc.boolean(), { minLength: 1 }), (a, b, c, d) => {
        const controls = { a, b, c, d: { pictures: d.map(() => png) } };
        const described = describeControls(controls);
        parseInteractPayload({ id: "x", controls: described });
        const sent = { a: a.value, b: b.length - 1, c, d };
        assert.deepEqual(readControlValues(described, controls, sent), { a: a.value, b: b.at(-1), c, d });
      }),
    );
  });
});

describe("parseInteractPayload", () => {
  const slider = { name: "n", label: "n", kind: "slider", min: 0, max: 1, step: 0.1, value: 0.5 };
  const broken: [string, unknown][] = [
    ["no object", 5],
    ["no controls", { id: "a", controls: [] }],
    ["no id", { id: "", controls: [slider] }],
    ["an unknown kind", { id: "a", controls: [{ ...slider, kind: "dial" }] }],
    ["a slider without ends", { id: "a", controls: [{ ...slider, max: undefined }] }],
    ["a value beyond the ends", { id: "a", controls: [{ ...slider, value: 2 }] }],
    ["a choice without options", { id: "a", controls: [{ ...slider, kind: "choice" }] }],
    [
      "an index beyond the options",
      { id: "a", controls: [{ ...slider, kind: "choice", options: ["x"], value: 1 }] },
    ],
    ["a checkbox with a number", { id: "a", controls: [{ ...slider, kind: "checkbox" }] }],
  ];
  for (const [what, json] of broken)
    it(`refuses ${what}`, () => {
      assert.throws(() => parseInteractPayload(JSON.parse(JSON.stringify(json))), { name: "LabError" });
    });

  it("takes a panel without what it does not know", () => {
    assert.deepEqual(parseInteractPayload({ id: "a", extra: 1, controls: [{ ...slider, onclick: "x" }] }), {
      id: "a",
      controls: [slider],
    });
  });
});
