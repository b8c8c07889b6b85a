import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { findExercise } from "tumorlab/internal/lessons/exercises/list";
import { codeCells, readNotebooks, root } from "../../notebooks/read-notebooks.js";
import { isShown, numeralsOf, shownNumbers } from "../../notebooks/seen-numbers.js";
import { tagsOf } from "#environment/runner/notebook.js";
import { fillPage } from "#environment/teaching/fill.js";
import { addMinutes, addParts, totalMinutes } from "#environment/teaching/minutes.js";
import { blockMinutes, coursePlans } from "#environment/teaching/plans.js";
import { reckonLessons, type TeachingRecord, writeRecord } from "#environment/teaching/record.js";
import { cutIntoSections } from "#environment/teaching/sections.js";

const folder = path.join(root, "notebooks", "teaching");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
const readPage = (name: string): string => readFileSync(path.join(folder, name), "utf8");
const recordText = readFileSync(path.join(folder, "minutes.json"), "utf8");
const record = JSON.parse(recordText) as TeachingRecord;
const lessons = readNotebooks().filter(({ name }) => !name.includes("/"));
const again = "run npm run teaching, and commit what it writes";

describe("the teacher's guide", () => {
  it("has tables and plans that are what the record gives", () => {
    for (const name of pages)
      assert.equal(fillPage(name, readPage(name), record), readPage(name), `${name}: ${again}`);
    assert.equal(writeRecord(record), recordText);
    assert.ok(pages.every((name) => !/<!-- (\w+)[^>]* -->\s*<!-- \/\1/.test(readPage(name))));
  });

  for (const { name, notebook } of lessons) {
    const lesson = name.replace(/\.ipynb$/, "");

    it(`counts ${lesson} as it is, but for a few words`, () => {
      const now = cutIntoSections(notebook);
      const then = record.lessons[lesson];
      assert.deepEqual(
        then?.map(({ id }) => id),
        now.map(({ id }) => id),
        again,
      );
      for (const [i, { words }] of now.entries())
        assert.ok(Math.abs(words - then[i].words) <= 30 + 0.2 * words, `${then[i].title}: ${again}`);
    });

    it(`has parts of ${lesson} that take 45 minutes at most`, () => {
      const sections = reckonLessons(record)[lesson];
      const parts = addParts(sections);
      for (const part of parts.length > 0 ? parts : [addMinutes(sections, lesson, lesson)])
        assert.ok(totalMinutes(part) <= 45, `${part.title}: ${totalMinutes(part)} minutes`);
    });

    it(`has measured every cell of ${lesson} at both scales, on two cores`, () => {
      const missing = (["tiny", "small"] as const).flatMap((scale) => {
        const times = record.runs[scale].cells[lesson] ?? {};
        return codeCells(notebook)
          .filter(({ id }) => !(id in times))
          .map(({ id }) => `${scale} ${id}`);
      });
      assert.deepEqual(missing, [], "npm run teaching -- --measure runs the lessons");
      assert.deepEqual([record.runs.tiny.machine.cores, record.runs.small.machine.cores], [2, 2]);
    });

    it(`has for ${lesson} aims, minutes, mistakes, questions with answers, and what can go`, () => {
      const page = readPage(`${lesson}.md`);
      for (const heading of [
        "Aims",
        "Prior knowledge",
        "Minutes",
        "Common mistakes",
        "Questions for the class",
        "What can be left out",
      ])
        assert.match(page, new RegExp(`^## ${heading}$`, "m"));
      const questions =
        page.split("## Questions for the class")[1].match(/^\d\. \*\*.+[.?]\*\* \S.{20,}/gm) ?? [];
      assert.ok(questions.length >= 4, `${questions.length} questions`);
      const ids = notebook.cells
        .filter((cell) => tagsOf(cell).includes("exercise"))
        .map(({ metadata }) => (metadata.tumorlab as { exercise: string }).exercise);
      // Each exercise is known by its title, or by the beginning of it.
      for (const id of ids) {
        const { title } = findExercise(id, "test");
        const told = page.includes(title) || page.includes(title.split(",")[0]);
        assert.ok(told, `${title}: which mistakes are made in it?`);
      }
    });

    it(`quotes no number of ${lesson} that is not in it`, () => {
      const written = readPage(`${lesson}.md`).replace(/<!-- (\w+)[\s\S]*?<!-- \/\1 -->/g, "");
      const texts = notebook.cells.map(({ source }) => source).join("\n");
      const outputs = shownNumbers(codeCells(notebook));
      const numbers = [...outputs, ...numeralsOf(texts).map(({ value }) => value)];
      const plain = new Set(texts.match(/\d+(?:[.,]\d+)*/g));
      const unknown = numeralsOf(written)
        .filter(({ text }) => text.replace(/\D/g, "").length >= 2)
        .filter((numeral) => !plain.has(numeral.text) && !isShown(numeral, numbers))
        .map(({ text }) => text)
        .filter((text) => !allowed[lesson]?.includes(text));
      assert.deepEqual(unknown, []);
    });
  }

  it("links to files and headings that are there", () => {
    for (const name of pages)
      for (const [, target] of readPage(name).matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g))
        assert.ok(existsSync(path.resolve(folder, target)), `${name}: ${target}`);
  });

  it("names only sections that its lessons have", () => {
    for (const { name, notebook } of lessons) {
      const page = readPage(name.replace(/\.ipynb$/, ".md"));
      const left = /## What can be left out\n([\s\S]*?)(?:\n## |$)/.exec(page)![1];
      const titles = cutIntoSections(notebook).map(({ title }) => title.replaceAll('"', ""));
      for (const [, quoted] of left.matchAll(/_([^_]+)_/g))
        assert.ok(
          titles.some((title) => title.startsWith(quoted.replace(/[.?]$/, ""))),
          `${name}: ${quoted}`,
        );
    }
  });
});

/** Numbers that the guide itself makes, by lesson. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // A lesson's number, the standard errors of the solution, and an interval made up for a question.
  "10-your-own-question": ["05", "2.8", "0.4"],
};

describe("the plans", () => {
  const reckoned = reckonLessons(record);
  for (const plan of coursePlans)
    it(`of ${plan.title} fit their time, and use it`, () => {
      const minutes = plan.blocks.map((block) => blockMinutes(block, reckoned));
      const found = plan.isPerBlock ? Math.max(...minutes) : minutes.reduce((a, b) => a + b, 0);
      assert.ok(found <= plan.minutes, `${found} of ${plan.minutes} minutes`);
      assert.ok(found >= 0.8 * plan.minutes, `only ${found} of ${plan.minutes} minutes`);
    });

  it("of 12 weeks has 12 sessions, and every lesson", () => {
    const { blocks } = coursePlans.find(({ title }) => title === "12 weeks")!;
    assert.equal(blocks.length, 12);
    const taught = new Set(blocks.flatMap(({ parts }) => parts.map(({ lesson }) => lesson)));
    assert.deepEqual(
      [...taught].sort(),
      lessons.map(({ name }) => name.replace(/\.ipynb$/, "")),
    );
  });
});
