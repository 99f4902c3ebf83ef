import { requestText, requestsOn } from "./lanes.js";
import { redrawSwatches } from "./legend.js";
import { nearest, onNewInks } from "./marks.js";
import { pan } from "./scale.js";

/**
 * How a timeline is steered: keys, wheel and pointer. Whatever a pointer can do, keys can do too.
 */

/** Makes a timeline listen. */
export function listen(timeline) {
  const { scroll, element } = timeline;
  scroll.addEventListener("scroll", () => timeline.draw(), { passive: true });
  scroll.addEventListener("wheel", (event) => wheel(timeline, event), { passive: false });
  scroll.addEventListener("pointerdown", (event) => drag(timeline, event));
  scroll.addEventListener("pointermove", (event) =>
    showTip(timeline, timeline.dragging ? null : under(timeline, event), event),
  );
  scroll.addEventListener("pointerleave", (event) => showTip(timeline, null, event));
  scroll.addEventListener("click", (event) => click(timeline, event));
  element.addEventListener("keydown", (event) => key(timeline, event));
  onNewInks(() => {
    redrawSwatches();
    timeline.draw();
  });
}

/** What a key does while the focus is in a timeline. */
const KEYS = {
  "+": (timeline) => timeline.zoom(1.5),
  "=": (timeline) => timeline.zoom(1.5),
  "-": (timeline) => timeline.zoom(1 / 1.5),
  0: (timeline) => timeline.setMode("fit"),
  f: (timeline) => timeline.setMode("follow"),
  ArrowLeft: (timeline) => timeline.pan(-0.1),
  ArrowRight: (timeline) => timeline.pan(0.1),
  ArrowUp: (timeline) => stepLane(timeline, -1),
  ArrowDown: (timeline) => stepLane(timeline, 1),
  "shift ArrowLeft": (timeline) => stepRequest(timeline, -1),
  "shift ArrowRight": (timeline) => stepRequest(timeline, 1),
};

function key(timeline, event) {
  if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const act = KEYS[event.shiftKey ? `shift ${event.key}` : event.key] ?? KEYS[event.key];
  if (act) {
    event.preventDefault();
    act(timeline);
  }
}

/** The lane whose label has the focus. */
function focused(timeline) {
  return timeline.views.find((view) => view.label === document.activeElement)?.lane;
}

/** Moves the focus to the lane above or below, or to the first one. */
function stepLane(timeline, by) {
  const index = timeline.list.findIndex((lane) => lane.key === focused(timeline)?.key);
  const next = timeline.list[index < 0 ? 0 : index + by];
  if (next) {
    timeline.revealLane(timeline.list.indexOf(next));
    timeline.drawNow();
    timeline.views.find((view) => view.lane.key === next.key)?.label.focus();
  }
}

/** Chooses the request before or after the chosen one, on the lane with the focus. */
function stepRequest(timeline, by) {
  const lane = focused(timeline);
  const requests = (lane && requestsOn(timeline.model, lane)) ?? [];
  const index = requests.findIndex(({ number }) => number === timeline.chosen?.number);
  timeline.chooseRequest(index < 0 ? requests.at(by < 0 ? -1 : 0) : requests[index + by]);
}

/** The request under the pointer, if there is one. */
function under(timeline, event) {
  const box = timeline.scroll.getBoundingClientRect();
  const { height, gutter, marks } = timeline.shape;
  const [x, y] = [event.clientX - box.left - gutter, event.clientY - box.top + timeline.scroll.scrollTop];
  const lane = timeline.list[Math.floor(y / height)];
  const isNear = lane && Math.abs((y % height) - marks) <= 12 && x >= -8;
  return isNear ? nearest(requestsOn(timeline.model, lane) ?? [], timeline.scale, x) : null;
}

function click(timeline, event) {
  const request = timeline.wasDragged ? null : under(timeline, event);
  if (request) {
    timeline.chooseRequest(request);
  } else if (!timeline.wasDragged && event.target.closest(".bar")) {
    timeline.chooseLane(timeline.views.find((view) => view.element.contains(event.target)).lane);
  }
}

/** Says beside the pointer what a mark is. */
function showTip({ tip, scroll, element, model }, request, event) {
  tip.hidden = !request;
  scroll.classList.toggle("on-mark", Boolean(request));
  if (request) {
    tip.textContent = requestText(model, request);
    const box = element.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 12, box.width - tip.offsetWidth - 8);
    tip.style.transform = `translate(${Math.max(left, 8)}px, ${event.clientY - box.top + 16}px)`;
  }
}

/** Moves the scale with the pointer until it is let go. */
function drag(timeline, event) {
  timeline.wasDragged = false;
  if (event.button !== 0 || event.target.closest("button")) {
    return;
  }
  const [start, scale] = [event.clientX, timeline.scale];
  const dragging = new AbortController();
  timeline.dragging = dragging;
  const move = (moved) => {
    timeline.wasDragged ||= Math.abs(moved.clientX - start) > 4;
    if (timeline.wasDragged) {
      timeline.setScale(pan(scale, start - moved.clientX));
    }
  };
  const stop = () => {
    dragging.abort();
    timeline.dragging = null;
  };
  addEventListener("pointermove", move, { signal: dragging.signal });
  addEventListener("pointerup", stop, { signal: dragging.signal });
  addEventListener("pointercancel", stop, { signal: dragging.signal });
}

/** Zooms with a modifier, as in maps; without one, the page scrolls. */
function wheel(timeline, event) {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const pixel = event.clientX - timeline.scroll.getBoundingClientRect().left - timeline.shape.gutter;
    timeline.zoom(Math.exp(-event.deltaY * 0.002), Math.max(pixel, 0));
  } else if (event.deltaX) {
    event.preventDefault();
    timeline.pan(event.deltaX / timeline.scale.width);
  }
}
