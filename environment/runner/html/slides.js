"use strict";
(() => {
  const slides = [...document.querySelectorAll("section.slide")];
  const place = document.querySelector(".place");
  const root = document.documentElement;
  root.classList.add("is-live");
  let current = 0;
  /** Fragments that are shown of the current slide. */
  let shown = 0;

  const fragmentsOf = (slide) => [...slide.querySelectorAll(".fragment")];

  /** Makes a slide's text smaller until it fits, down to a size that the last row still reads. */
  const fit = (slide) => {
    const stage = slide.querySelector(".stage");
    const content = slide.querySelector(".content");
    for (let scale = 1; scale >= 0.44; scale -= 0.05) {
      content.style.setProperty("--scale", String(scale));
      if (content.scrollHeight <= stage.clientHeight && content.scrollWidth <= stage.clientWidth) return;
    }
  };

  const show = (index, fragments = 0, { focus = true } = {}) => {
    current = Math.min(Math.max(index, 0), slides.length - 1);
    slides.forEach((slide, i) => slide.classList.toggle("is-current", i === current));
    const slide = slides[current];
    const parts = fragmentsOf(slide);
    shown = Math.min(fragments, parts.length);
    parts.forEach((part, i) => part.classList.toggle("is-shown", i < shown));
    fit(slide);
    place.textContent = `${current + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${current + 1}`);
    if (focus) slide.focus({ preventScroll: true });
  };

  const forward = () => {
    if (shown < fragmentsOf(slides[current]).length) show(current, shown + 1);
    else if (current < slides.length - 1) show(current + 1);
  };
  const back = () => {
    if (shown > 0) show(current, shown - 1);
    else if (current > 0) show(current - 1, Infinity);
  };

  const keys = {
    ArrowRight: forward,
    ArrowDown: forward,
    PageDown: forward,
    " ": forward,
    ArrowLeft: back,
    ArrowUp: back,
    PageUp: back,
    Home: () => show(0),
    End: () => show(slides.length - 1, Infinity),
    n: () => {
      root.classList.toggle("has-notes");
      fit(slides[current]);
    },
    t: () => root.classList.toggle("is-swapped"),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    // A fold opens by Enter and the space bar; code that is wider than the slide is moved by arrows.
    if (event.key === " " && target instanceof Element && target.closest("summary, a")) return;
    const pre = target instanceof Element ? target.closest("pre") : null;
    if (pre && /^Arrow(Left|Right)$/.test(event.key) && pre.scrollWidth > pre.clientWidth) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("resize", () => fit(slides[current]));
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
  // In print every slide is fitted to its page.
  addEventListener("beforeprint", () => root.classList.add("is-printed"));
  addEventListener("afterprint", () => root.classList.remove("is-printed"));
  addEventListener("load", () => show(Number(location.hash.slice(1)) - 1 || 0));
  show(Number(location.hash.slice(1)) - 1 || 0);
})();
