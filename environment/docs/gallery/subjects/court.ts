import * as lab from "tumorlab";

/**
 * The court
 *
 * What a table of results shows, and what it does not. Here the paper's own comparisons, of which only means are known: the spread over
 * cases is guessed from the means, and the correlation of two models is assumed, once low and once high.
 */
export async function given() {
  const published = await lab.paper.judgePublished();
  return { published };
}

type Given = Awaited<ReturnType<typeof given>>;

/** How much better the first model of a pair is, with its interval, over the margin within which two models count as equal. */
export function judgmentFigure({ published }: Given) {
  return lab.evaluation.judgmentFigure(published, { title: "The paper in its own court" });
}
