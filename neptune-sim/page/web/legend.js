import { el } from "./dom.js";
import { drawShape, inks } from "./marks.js";
import { TONES } from "./words.js";

/** What the colours and shapes of a timeline mean. */
export function legend() {
  const entries = Object.entries(TONES).map(([tone, { means }]) => el("li", {}, swatch(tone), means));
  return el(
    "details",
    { class: "legend" },
    el("summary", {}, "What the marks mean"),
    el(
      "p",
      {},
      "A bar is a status of a load; what is hatched lies ahead. A mark below it is a request, and says what the request was told:",
    ),
    el("ul", {}, entries),
  );
}

/** The mark of a tone, as a picture. */
export function swatch(tone) {
  const canvas = el("canvas", { class: "swatch", width: 32, height: 32, "aria-hidden": "true", "data-tone": tone });
  drawSwatch(canvas);
  return canvas;
}

/** Draws all marks on a page anew. One listener for all of them, because rows of tables come and go. */
export function redrawSwatches() {
  document.querySelectorAll(".swatch").forEach(drawSwatch);
}

function drawSwatch(canvas) {
  const { tone } = canvas.dataset;
  const context = canvas.getContext("2d");
  const colour = inks().tones[tone];
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, 16, 16);
  Object.assign(context, { fillStyle: colour, strokeStyle: colour, lineWidth: 2 });
  drawShape(context, tone, 8, 8);
}
