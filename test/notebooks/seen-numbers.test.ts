import assert from "node:assert/strict";
import { readNotebooks } from "./read-notebooks.js";
import { isShown, numeralsOf, seenTexts, shownNumbers, type SeenText } from "./seen-numbers.js";

/** Texts that speak of more than the last two code cells: how many they may look at. */
const further: Readonly<Record<string, number>> = {
  // The summary of three measures of realism: published values, the real scan, noise.
  "noise-read": 3,
  // The policies are in a table, in words and in a picture; the text reads all three.
  "policy-read": 4,
};

/** Numerals that no output can hold, each with its reason. */
const unshown: Readonly<Record<string, readonly string[]>> = {};

const allTexts = (): { name: string; seen: SeenText }[] =>
  readNotebooks().flatMap(({ name, notebook }) =>
    seenTexts(notebook, further).map((seen) => ({ name, seen })),
  );

/** The numerals of a text that nothing above it shows. */
function findUnshown({ cell, text, cells }: SeenText): string[] {
  const numbers = shownNumbers(cells);
  return numeralsOf(text)
    .filter((numeral) => !isShown(numeral, numbers) && !unshown[cell]?.includes(numeral.text))
    .map(({ text: numeral }) => numeral);
}

describe("the numbers of what you should see", () => {
  for (const { name, seen } of allTexts())
    it(`of ${name}, ${seen.cell}, are shown above it`, () => {
      assert.deepEqual(findUnshown(seen), [], "correct the text, or let the cell print the number");
    });

  it("are found in every notebook, and exceptions belong to a text that needs them", () => {
    const texts = allTexts();
    assert.equal(new Set(texts.map(({ name }) => name)).size, 11);
    assert.ok(texts.flatMap(({ seen }) => numeralsOf(seen.text)).length > 100);
    for (const [cell, numerals] of Object.entries(unshown)) {
      const { seen } = texts.find((each) => each.seen.cell === cell)!;
      const numbers = shownNumbers(seen.cells);
      const missing = numeralsOf(seen.text).filter((numeral) => !isShown(numeral, numbers));
      for (const numeral of numerals)
        assert.ok(
          missing.some(({ text }) => text === numeral),
          `${cell}: ${numeral}`,
        );
    }
    for (const cell of Object.keys(further)) {
      const { name } = texts.find((each) => each.seen.cell === cell)!;
      const { notebook } = readNotebooks().find((each) => each.name === name)!;
      const near = seenTexts(notebook).find((each) => each.cell === cell)!;
      assert.notDeepEqual(findUnshown(near), [], `${cell} needs no more than the last two cells`);
    }
  });

  it("refuse a wrong number planted in a copy", () => {
    const { seen } = allTexts().find((each) => each.seen.cell === "read-figure")!;
    assert.match(seen.text, /48 %/);
    const planted = seen.text.replace("48 %", "51 %");
    assert.deepEqual(findUnshown({ ...seen, text: planted }), ["51"]);
  });

  // Tables are dense: of two digits, every other neighbour stands somewhere as well.
  it("refuse 9 of 10 numbers of three digits or more whose last digit is off by one", () => {
    let [tried, refused] = [0, 0];
    for (const { seen } of allTexts()) {
      const numbers = shownNumbers(seen.cells);
      for (const numeral of numeralsOf(seen.text)) {
        if (numeral.text.replace(/\D/g, "").replace(/^0+/, "").length < 3) continue;
        for (const change of [numeral.unit, -numeral.unit]) {
          tried++;
          if (!isShown({ ...numeral, value: numeral.value + change }, numbers)) refused++;
        }
      }
    }
    assert.ok(tried >= 20 && refused >= 0.9 * tried, `${refused} of ${tried}`);
  });
});

describe("numeralsOf", () => {
  const read = (text: string): string[] => numeralsOf(text).map(({ text: numeral }) => numeral);

  it("reads numbers, and leaves code, links, words and names alone", () => {
    assert.deepEqual(read("From 278 to 41,000 scans: +10.7 points (95 % 4.6 to 17.7)."), [
      ...["278", "41,000", "10.7", "95", "4.6", "17.7"],
    ]);
    assert.deepEqual(read("two of `n = 5`, [02](02-scaling.ipynb), 3D, HD95, KiTS23, AbdomenAtlas 2.0"), []);
  });

  it("knows signs, percent and the precision that is printed", () => {
    const [minus, share, thousands, decimals] = numeralsOf("−6.3, 48 %, 41,000 and 0.77");
    assert.deepEqual([minus.sign, minus.value, minus.unit], [-1, 6.3, 0.1]);
    assert.deepEqual([share.isPercent, share.unit], [true, 1]);
    assert.deepEqual([thousands.value, thousands.unit, thousands.isPercent], [41_000, 1000, false]);
    assert.equal(decimals.unit, 0.01);
  });
});

describe("isShown", () => {
  const one = (text: string, number: number): boolean => isShown(numeralsOf(text)[0], [number]);

  it("takes a number that rounds to the numeral, and no other", () => {
    assert.ok(one("0.77", 0.774) && !one("0.77", 0.776));
    assert.ok(one("41,000", 40_968) && !one("41,000", 39_900));
    assert.ok(one("24", 23.6) && !one("24", 23.4));
  });

  it("takes a share for a percentage, and asks for the sign where one is written", () => {
    assert.ok(one("48 %", 0.482) && one("11 points", 0.111) && !one("48", 0.482));
    assert.ok(one("6.3", -6.3) && one("−6.3", -6.3) && !one("−6.3", 6.3) && !one("+6.3", -6.3));
  });
});
