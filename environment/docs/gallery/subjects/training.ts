import * as lab from "tumorlab";

/**
 * Trainings
 *
 * Two trainings, with made-up numbers: a loss that falls, and the Dice of two classes on held-out scans.
 */
export function given() {
  const steps = [100, 200, 300, 400, 500, 600];
  const history = (rate: number) => ({
    losses: steps.map((step) => ({ step, loss: 0.2 + Math.exp(-rate * step), learningRate: 0.01 })),
    validations: steps.map((step) => {
      const dice = {
        liver: 0.95 - Math.exp(-rate * step),
        liver_tumor: 0.6 - 0.6 * Math.exp(-0.5 * rate * step),
      };
      return { step, dice, meanDice: (dice.liver + dice.liver_tumor) / 2 };
    }),
    open: { sum: 0, count: 0 },
  });
  return { real: history(0.006), mixed: history(0.009) };
}

type Given = ReturnType<typeof given>;

/** The loss of a training, and the Dice of each class on held-out scans: two figures. */
export function trainingFigures({ real }: Given) {
  return lab.plot.trainingFigures(real, "Real scans");
}

/** Several trainings beside each other, a panel a class. */
export function trainingPanelsFigure({ real, mixed }: Given) {
  const trainings = { "real scans": { history: real }, "real and synthetic": { history: mixed } };
  return lab.plot.trainingPanelsFigure(trainings);
}
