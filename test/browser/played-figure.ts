/** Pictures of one pixel: orange, blue, green. */
export const playedPictures: readonly string[] = [
  "AAADElEQVR4nGO4GscAAAM/ATSTd+sxAAAAAElFTkSuQmCC",
  "AAADElEQVR4nGNgKNoEAAGaASV50pT6AAAAAElFTkSuQmCC",
  "AAADElEQVR4nGNgmFcMAAGzARIll5NiAAAAAElFTkSuQmCC",
].map((end) => `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1Pe${end}`);

const playAt = (duration: number): object => ({
  mode: "immediate",
  fromcurrent: true,
  frame: { duration, redraw: true },
  transition: { duration: 0 },
});

/** A figure that shows its last picture, with a slider and a button that plays all three. */
export const playedFigure: Record<string, unknown> = {
  data: [{ type: "scatter", x: [0, 1], y: [0, 1], mode: "markers" }],
  layout: {
    title: { text: "Played" },
    images: [{ source: playedPictures[2], xref: "x", yref: "y", x: 0, y: 1, sizex: 1, sizey: 1 }],
    sliders: [
      {
        active: 2,
        currentvalue: { prefix: "Step " },
        steps: [0, 1, 2].map((step) => ({
          label: `${step}`,
          method: "animate",
          args: [[`${step}`], playAt(0)],
        })),
      },
    ],
    updatemenus: [
      { type: "buttons", buttons: [{ label: "Play", method: "animate", args: [null, playAt(200)] }] },
    ],
  },
  frames: playedPictures.map((source, step) => ({ name: `${step}`, layout: { images: [{ source }] } })),
};
