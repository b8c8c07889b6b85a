import assert from "node:assert/strict";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { escapeMarkdown } from "tumorlab/internal/core/escape";
import { checkAnswer, exercise } from "tumorlab/internal/lessons/exercise";
import { type AnswerKey, gradeAnswer } from "tumorlab/internal/lessons/grade";
import { markdown } from "tumorlab/internal/notebook/markdown";
import { captureOutput, startFakeKernel } from "../notebook/fake-kernel.js";

async function remarkOn(answer: unknown, key: AnswerKey): Promise<string> {
  const { outcome, remark } = await gradeAnswer(answer, key);
  return outcome === "right" ? "right" : remark;
}

describe("gradeAnswer", () => {
  it("judges numbers within a share of the expected one and says what kind of slip it is", async () => {
    const key = { expected: 1126, tolerance: 0.01 };
    assert.equal(await remarkOn(1126, key), "right");
    assert.equal(await remarkOn(1130, key), "right");
    assert.match(await remarkOn(1_126_000, key), /power of ten: look at the units/);
    assert.match(await remarkOn(1.126, key), /power of ten/);
    assert.match(await remarkOn(-1126, key), /sign/);
    assert.match(await remarkOn(1200, key), /Very close/);
    assert.match(await remarkOn(500, key), /too small/);
    assert.match(await remarkOn(5000, key), /too large/);
    assert.match(await remarkOn(NaN, key), /NaN/);
    assert.match(await remarkOn(Infinity, key), /infinite/);
    assert.match(await remarkOn("1126", key), /A number is asked for, this is a text/);
    assert.equal(await remarkOn(0, { expected: 0 }), "right");
    assert.equal(await remarkOn(NaN, { expected: NaN }), "right");
  });

  it("judges texts, truth values, lists, typed arrays and objects, naming the place", async () => {
    assert.equal(await remarkOn("liver", { expected: "liver" }), "right");
    assert.match(await remarkOn(" Liver", { expected: "liver" }), /spaces or capital letters/);
    assert.match(await remarkOn("colon", { expected: "liver" }), /not it yet/);
    assert.match(await remarkOn(false, { expected: true }), /not it yet/);
    assert.equal(await remarkOn([1, [2, 3]], { expected: [1, [2, 3]] }), "right");
    assert.equal(await remarkOn(Float32Array.of(1, 2), { expected: [1, 2] }), "right");
    assert.match(await remarkOn([1, 5], { expected: [1, 2] }), /^Entry 1: This is too large/);
    assert.match(await remarkOn([1], { expected: [1, 2] }), /too few entries/);
    assert.match(await remarkOn([1, 2, 3], { expected: [1, 2] }), /too many entries/);
    assert.match(await remarkOn(3, { expected: [1] }), /A list is asked for, this is a number/);
    assert.equal(await remarkOn({ a: 1, b: 2 }, { expected: { a: 1 } }), "right");
    assert.match(await remarkOn({ a: 1 }, { expected: { a: 1, b: 2 } }), /The field b is missing/);
    assert.match(await remarkOn({ a: { b: 9 } }, { expected: { a: { b: 1 } } }), /^b: This is too large/);
  });

  it("takes tests of one's own and never passes on what they throw", async () => {
    const test = (answer: unknown) => {
      assert.equal(answer, "the secret 4711");
      return true;
    };
    const grade = await gradeAnswer("wrong", { test });
    assert.equal(grade.outcome, "wrong");
    assert.doesNotMatch(JSON.stringify(grade), /4711/);
    assert.equal((await gradeAnswer("the secret 4711", { test })).outcome, "right");
    assert.equal(
      await remarkOn(1, { test: () => "Count the empty cases too." }),
      "Count the empty cases too.",
    );
    assert.equal(await remarkOn(1, { test: () => Promise.resolve(false) }), "This is not it yet.");
  });

  it("takes nothing for an open exercise, and tells of a missing await", async () => {
    assert.equal((await gradeAnswer(undefined, { expected: 1 })).outcome, "open");
    assert.equal((await gradeAnswer(null, { expected: 1 })).outcome, "open");
    assert.match(await remarkOn(Promise.resolve(1), { expected: 1 }), /put await before it/);
    await assert.rejects(gradeAnswer(1, {}), /either expected or test/);
    await assert.rejects(gradeAnswer(1, { expected: 1, test: () => true }), /either expected or test/);
  });

  it("opens one hint after the other and never the expected value", async () => {
    const hints = ["Think of units.", "1 ml is 1000 mm3."];
    const hintAt = async (attempt: number) =>
      (await gradeAnswer(1, { expected: 86_753, hints }, attempt)).hint;
    assert.deepEqual([await hintAt(1), await hintAt(2), await hintAt(9)], [hints[0], hints[1], hints[1]]);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.double(), fc.string(), fc.array(fc.integer())), async (answer) => {
        const grade = await gradeAnswer<unknown>(answer, { expected: 86_753, hints });
        assert.doesNotMatch(JSON.stringify(grade), /86[,.]?753/);
      }),
      { numRuns: 200 },
    );
  });
});

describe("exercise and checkAnswer", () => {
  let kernel: ReturnType<typeof startFakeKernel>;
  beforeEach(() => (kernel = startFakeKernel()));
  afterEach(() => kernel.stop());

  it("shows the verdict in words, sign and colour, with a hint that goes on with each wrong answer", async () => {
    const task = exercise("volume", { prompt: "How large?", expected: 5, hints: ["first", "second"] });
    assert.doesNotMatch(JSON.stringify(task), /5/);
    await task.check(undefined);
    await task.check(9);
    await task.check(9);
    await task.check(5);
    await task.check(9);
    const texts = kernel.shown.map(({ bundle }) => bundle["text/plain"]);
    assert.deepEqual(texts, [
      "\u270e Your turn\nHow large?\nThere is no answer yet: put yours in and run the cell again.",
      "\u2718 Not yet\nHow large?\nThis is too large.\nHint: first",
      "\u2718 Not yet\nHow large?\nThis is too large.\nHint: second",
      "\u2714 Right\nHow large?",
      "\u2718 Not yet\nHow large?\nThis is too large.\nHint: first",
    ]);
    assert.match(String(kernel.shown[3].bundle["text/html"]), /#0072B2.*Right/s);
    assert.throws(() => exercise(" ", { expected: 1 }), /id/);
  });

  it("shows prompts, remarks and hints as text", async () => {
    const hostile = "<script>alert(1)</script>";
    await checkAnswer({ id: "h", answer: 1, prompt: hostile, test: () => hostile, hints: [hostile] });
    const html = String(kernel.shown[0].bundle["text/html"]);
    const { document } = new JSDOM(html).window;
    assert.equal(document.querySelectorAll("script").length, 0);
    assert.equal(document.body.textContent?.split(hostile).length, 4);
  });
});

describe("markdown", () => {
  it("shows Markdown, and its own text in a terminal", async () => {
    assert.equal(await captureOutput(() => markdown("**Hello**")), "**Hello**\n");
  });

  it("escapes text so that nothing of it is read as markup", () => {
    assert.equal(escapeMarkdown("a*b_c [x](y) <b> | `q`"), "a\\*b\\_c \\[x\\]\\(y\\) &lt;b\\> \\| \\`q\\`");
    assert.equal(escapeMarkdown("# head\n- item"), "\\# head \\- item");
  });
});
