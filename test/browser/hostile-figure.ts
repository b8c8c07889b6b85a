const run = "window.pwned = true";
const image = `<img src="https://example.org/x.png" onerror="${run}">`;
const script = `<script>${run}</script>`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script></svg>`;
const markup = [
  image,
  script,
  svg,
  `<a href="javascript:${run}">a</a>`,
  `<a href='data:text/html,${script}'>b</a>`,
  `<a href="https://example.org/paper" onclick="${run}">paper</a>`,
  `<span style="background:url(https://example.org/y.png)" onmouseover="${run}">c</span>`,
  `<iframe src="https://example.org/"></iframe>`,
].join(" ");

/** A figure that tries every place where markup, an address or a script could go. */
export const hostileFigure: Record<string, unknown> = {
  data: [
    {
      type: "scatter",
      mode: "markers+text",
      x: [1, 2],
      y: [1, 2],
      name: markup,
      text: [markup, script],
      hovertemplate: `${markup}<extra>${image}</extra>`,
    },
    { type: "bar", x: [image, "b"], y: [1, 2], hovertext: markup },
    { type: "table", header: { values: [[markup]] }, cells: { values: [[image, script]] } },
    { type: "pie", labels: [markup, "b"], values: [1, 2], domain: { x: [0.8, 1], y: [0.8, 1] } },
    { type: "image", source: "https://example.org/z.png" },
  ],
  layout: {
    title: { text: markup, subtitle: { text: image } },
    xaxis: { title: { text: markup }, ticktext: [markup], tickvals: [1], ticksuffix: image },
    annotations: [{ x: 1, y: 1, text: markup, hovertext: image, captureevents: true }],
    images: [
      { source: "https://example.org/a.png", x: 0, y: 1, sizex: 1, sizey: 1 },
      { source: `data:image/svg+xml;utf8,${svg}`, x: 0, y: 1, sizex: 1, sizey: 1 },
      { source: `javascript:${run}`, x: 0, y: 1, sizex: 1, sizey: 1 },
    ],
    updatemenus: [
      {
        buttons: [
          { label: markup, method: "relayout", args: [{ "images[0].source": "https://example.org/b.png" }] },
        ],
      },
    ],
    sliders: [{ steps: [{ label: image, method: "skip" }] }],
    geo: { bgcolor: "red" },
    map: { style: "https://example.org/style.json" },
    meta: [markup],
  },
  frames: [
    {
      name: markup,
      data: [{ name: markup, text: [image] }],
      layout: {
        images: [{ source: "https://example.org/c.png" }],
        map: { style: "https://example.org/s.json" },
      },
    },
  ],
  config: {
    modeBarButtonsToAdd: [{ name: "x", title: image, icon: { svg, path: "M0", width: 1, height: 1 } }],
    plotlyServerURL: "https://example.org",
    showSendToCloud: true,
    topojsonURL: "https://example.org/",
    displayModeBar: true,
  },
};
