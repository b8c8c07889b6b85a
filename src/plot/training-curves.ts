import { ownValue } from "../core/own-value.js";
import type { TrainingHistory } from "../training/checkpoint.js";
import type { Figure } from "./figure.js";
import { lineFigure } from "./lines.js";

/** The loss of a training's steps, and the Dice of each class at its validations: two figures. */
export function trainingFigures({ losses, validations }: TrainingHistory, title: string): [Figure, Figure] {
  const x = { title: "Steps", unit: "count" };
  const loss = { name: "loss", x: losses.map(({ step }) => step), y: losses.map(({ loss: value }) => value) };
  const names = [...new Set(validations.flatMap(({ dice }) => Object.keys(dice)))];
  const dice = names.map((name) => ({
    name,
    x: validations.map(({ step }) => step),
    y: validations.map((point) => ownValue(point.dice, name) ?? NaN),
  }));
  return [
    lineFigure([loss], {
      title: `${title}: loss`,
      x,
      y: { title: "Cross-entropy + 1 - Dice of a batch", unit: "1" },
    }),
    lineFigure(dice, { title: `${title}: held-out scans`, x, y: { title: "Dice", unit: "1" } }),
  ];
}
