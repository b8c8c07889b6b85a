/** MIME type of a plotly figure: its `data`, `layout`, `config` and `frames` as JSON. */
export const plotlyMime = "application/vnd.plotly.v1+json";
