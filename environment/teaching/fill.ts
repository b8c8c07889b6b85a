import { writePlan, coursePlans } from "./plans.js";
import { type MeasuredRun, reckonLessons, type TeachingRecord } from "./record.js";
import { writeCourseTable, writeLessonTable, writeRule } from "./table.js";

/** A page of the guide with what the record gives filled in between its marks, such as `<!-- minutes -->`. */
export function fillPage(name: string, text: string, record: TeachingRecord): string {
  const lessons = reckonLessons(record);
  const lesson = name.replace(/\.md$/, "");
  const fills: Record<string, () => string> = {
    rule: writeRule,
    measured: () => writeMeasured(record.runs),
    course: () => writeCourseTable(lessons),
    minutes: () => writeLessonTable(lessons[lesson] ?? []),
    ...Object.fromEntries(coursePlans.map((plan) => [`plan: ${plan.title}`, () => writePlan(plan, lessons)])),
  };
  return text.replace(
    /<!-- (\w+)(: [^>]*?)? -->\n[\s\S]*?<!-- \/\1 -->/g,
    (found, kind: string, what: string = "") => {
      const fill = fills[kind + what];
      return fill ? `<!-- ${kind}${what} -->\n\n${fill()}\n\n<!-- /${kind} -->` : found;
    },
  );
}

function writeMeasured({ tiny, small }: { tiny: MeasuredRun; small: MeasuredRun }): string {
  const dates = [...new Set([...tiny.dates, ...small.dates])].sort();
  const { cores, node } = small.machine;
  const cells = [tiny, small].flatMap((run) =>
    Object.values(run.cells).flatMap((times) => Object.values(times)),
  );
  const isBusy = cells.filter(([clock, processor]) => processor !== null && clock > processor).length;
  const share = Math.round((100 * isBusy) / cells.length);
  return `Measured on ${dates.join(" and ")} on a machine of ${cores} cores with Node ${node.split(".")[0]}, each lesson once at scale \`tiny\` and once at \`small\`, by \`npm run notebooks -- --times\`. The machine had other work: in ${share} % of the cells the clock was the larger of the two numbers. So a cell that uses both cores is counted with the time of both, and takes as little as half of it where nothing else runs. The record is [minutes.json](minutes.json).`;
}
