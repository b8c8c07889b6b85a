import assert from "node:assert/strict";
import { type Passage, type PassageKind } from "#environment/prose/passage.js";
import { readMarkdown } from "#environment/prose/read-markdown.js";
import { styleRules } from "#environment/prose/rules.js";
import { checkStyle, maxSentenceWords, splitSentences } from "#environment/prose/style.js";

const passageOf = (text: string, kind: PassageKind = "page"): Passage => ({
  place: "notebooks/00-start-here.ipynb, cell head",
  line: 3,
  text,
  kind,
});
const messagesOf = (text: string, kind?: PassageKind): string[] =>
  checkStyle(passageOf(text, kind)).map(({ message }) => message);

/** For each rule sentences that break it, and what may stand. */
const planted: Record<string, { wrong: string[]; right: string[] }> = {
  recipe: { wrong: ["One lesson, by recipe."], right: ["One lesson, by a config."] },
  foretell: { wrong: ["The law foretells the next size."], right: ["The law predicts the next size."] },
  per: {
    wrong: [
      "It prints one row a policy.",
      "There were 5.40 false alarms a scan.",
      "It takes 0.61 minutes a scan.",
    ],
    right: ["It prints one row per policy.", "A scan takes a minute.", "One row is a policy."],
  },
  "real phantom": { wrong: ["Two real phantoms."], right: ["Two phantoms and a real scan."] },
  "a phantom is a thing": {
    wrong: ["The phantom lends hers.", "This phantom shows his liver."],
    right: ["The phantom lends its own.", "A phantom stands here. She is a patient."],
  },
  pretended: { wrong: ["Two pretended hospitals."], right: ["Two simulated hospitals."] },
  shall: { wrong: ["The windows shall cover everything."], right: ["The windows must cover everything."] },
  "for, meaning because": {
    wrong: ["The answer is never, for it lies above the limit."],
    right: ["The answer is never, because it lies above the limit.", "Once, for the liver, it holds."],
  },
  "has not a": {
    wrong: ["The scan has not a tumor.", "As a reader's account of the paper has it, it took minutes."],
    right: ["The scan has no tumor.", "The scan has not been read.", "Whoever has it keeps it."],
  },
  "verb and not": {
    wrong: ["It holds not for livers."],
    right: ["It does not hold for livers.", "It is not so.", "It has not moved.", "She was not asked."],
  },
  "is no": {
    wrong: ["One person is no reference either.", "These are no results of this project."],
    right: ["There is no rule.", "It is no longer true.", "It is no better.", "It is not a reference."],
  },
  "some, meaning about": {
    wrong: ["Some 40,000 of them make a liver.", "It takes some two thousand."],
    right: ["About 40,000 of them make a liver.", "Some patients have two scans."],
  },
  anew: {
    wrong: ["Figures are drawn anew.", "If you are lost, begin afresh."],
    right: ["Figures are drawn again."],
  },
  "in place of": { wrong: ["5 seconds in place of 5 minutes."], right: ["5 seconds instead of 5 minutes."] },
  mind: {
    wrong: ["Mind where the numbers come from."],
    right: ["Note where the numbers come from.", "Keep it in mind the next time."],
  },
  "but for": {
    wrong: ["All of them, but for one."],
    right: ["All of them, except for one.", "Not for small tumors, but for large ones."],
  },
  "otherwise than": { wrong: ["It comes out otherwise than printed."], right: ["Otherwise it holds."] },
  "the former": {
    wrong: ["The latter was read off a plot."],
    right: ["The second value was read off a plot."],
  },
  "that is to say": { wrong: ["It is flat, that is to say, done."], right: ["It is flat, that is, done."] },
  "of one's own": { wrong: ["A scan of one's own."], right: ["A scan of your own."] },
  archaic: {
    wrong: ["Whilst it runs, wait.", "It goes on for ever.", "A figure upon a page."],
    right: ["While it runs, wait.", "It goes on forever.", "Once upset, always upset."],
  },
  Latin: { wrong: ["Organs, e.g. the liver.", "See cf. below."], right: ["Organs, such as the liver."] },
  belittling: {
    wrong: ["This is obviously wrong.", "It is, of course, wrong."],
    right: ["This is wrong.", "The map of courses."],
  },
  wordy: { wrong: ["Run it in order to see."], right: ["Run it to see.", "Run them in order."] },
};

describe("the rules of style", () => {
  for (const { name, instead, reason, kinds } of styleRules) {
    it(`find "${name}" and say what to write`, () => {
      assert.ok(planted[name], `plant a sentence for the rule ${name}`);
      for (const kind of kinds ?? (["page", "code", "output"] as const))
        for (const wrong of planted[name].wrong) {
          const found = messagesOf(wrong, kind).filter((message) => message.includes(`(rule "${name}")`));
          assert.equal(found.length, 1, wrong);
          assert.ok(found[0].endsWith(`: write ${instead}. Why: ${reason}.`), found[0]);
        }
      for (const right of planted[name].right) assert.deepEqual(messagesOf(right), [], right);
    });
  }

  it("has no planted sentence without a rule, and none in the changelog", () => {
    assert.deepEqual(Object.keys(planted).sort(), styleRules.map(({ name }) => name).sort());
    assert.deepEqual(messagesOf("It holds not, for it it shall not.", "log"), []);
  });

  it("holds rules for readers only where readers are", () => {
    assert.deepEqual(messagesOf("Some 40 of them.", "code"), []);
    assert.equal(messagesOf("Some 40 of them.", "output").length, 1);
  });
});

describe("checkStyle", () => {
  it("finds a word that stands twice, over two lines too", () => {
    assert.deepEqual(messagesOf("It is in the the liver."), ['"the the": write "the" once.']);
    assert.deepEqual(checkStyle(passageOf("It is\nin the\nthe liver."))[0].line, 4);
    assert.deepEqual(
      messagesOf("He said that that is so. 2 2 is not a word, nor is top-top or the The."),
      [],
    );
  });

  it("finds sentences that are too long, and counts no code", () => {
    const sentence = (words: number): string =>
      `It ${"very ".repeat(1)}${"often and ".repeat((words - 3) / 2)}ends.`;
    assert.equal(sentence(maxSentenceWords).split(" ").length, maxSentenceWords);
    assert.deepEqual(messagesOf(sentence(maxSentenceWords)), []);
    assert.match(
      messagesOf(sentence(maxSentenceWords + 2))[0],
      /^"It very often and often and \.\.\." has 47 words: /,
    );
    assert.deepEqual(messagesOf(sentence(maxSentenceWords + 2), "code"), []);
    const [list] = readMarkdown(`It has ${"`lab.open`, ".repeat(60)}and more.`, "README.md", "page");
    assert.deepEqual(checkStyle(list), []);
  });

  it("finds what is opened and not closed", () => {
    assert.match(messagesOf("A liver (and a spleen.")[0], /1 "\(" and 0 "\)"/);
    assert.match(messagesOf("A [link to nothing.")[0], /1 "\[" and 0 "\]"/);
    assert.match(messagesOf('He said "no.')[0], /odd number of quotes/);
    assert.deepEqual(messagesOf('Closed (as "it" should be), also in [0, 1).'), []);
    assert.deepEqual(messagesOf("a) an item of a list"), []);
  });

  it("finds runs of dashes", () => {
    assert.match(messagesOf("One — two — three — four.")[0], /^3 dashes in one sentence/);
    assert.deepEqual(messagesOf("One — two — three. Four — five."), []);
  });
});

describe("splitSentences", () => {
  it("splits at marks that end a sentence, not at decimals or inside names", () => {
    const texts = splitSentences(
      'Dice is 0.5 here. "So?" he asked; AbdomenAtlas 2.0 has more: **Two** of them.',
    );
    assert.deepEqual(
      texts.map(({ text }) => text),
      ["Dice is 0.5 here.", '"So?" he asked;', "AbdomenAtlas 2.0 has more:", "**Two** of them."],
    );
    assert.equal(texts[1].offset, 18);
  });
});
