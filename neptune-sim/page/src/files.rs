//! The files of `web/`, and which of them make up which document. A script stands behind those that it uses at once.

/// What the documents share: colours, and the timeline.
const BASE_CSS: &str = include_str!("../web/base.css");
const TIMELINE_CSS: &str = include_str!("../web/timeline.css");
const DOM: &str = include_str!("../web/dom.js");
const WORDS: &str = include_str!("../web/words.js");
const SCALE: &str = include_str!("../web/scale.js");
const STORE: &str = include_str!("../web/store.js");
const LANES: &str = include_str!("../web/lanes.js");
const MARKS: &str = include_str!("../web/marks.js");
const LANE: &str = include_str!("../web/lane.js");
const LEGEND: &str = include_str!("../web/legend.js");
const PAINT: &str = include_str!("../web/paint.js");
const STEER: &str = include_str!("../web/steer.js");
const TOOLS: &str = include_str!("../web/tools.js");
const TIMELINE: &str = include_str!("../web/timeline.js");

pub(crate) const LIVE_HTML: &str = include_str!("../web/live.html");
pub(crate) const LIVE_STYLES: &[&str] = &[BASE_CSS, TIMELINE_CSS, include_str!("../web/live.css")];
pub(crate) const LIVE_SCRIPTS: &[&str] = &[
    DOM,
    WORDS,
    SCALE,
    STORE,
    LANES,
    MARKS,
    LANE,
    LEGEND,
    PAINT,
    STEER,
    TOOLS,
    TIMELINE,
    include_str!("../web/api.js"),
    include_str!("../web/form.js"),
    include_str!("../web/clock.js"),
    include_str!("../web/cluster.js"),
    include_str!("../web/copy.js"),
    include_str!("../web/events.js"),
    include_str!("../web/findings.js"),
    include_str!("../web/start.js"),
    include_str!("../web/load.js"),
    include_str!("../web/request.js"),
    include_str!("../web/requests.js"),
    include_str!("../web/queue.js"),
    include_str!("../web/faults.js"),
    include_str!("../web/live.js"),
];

pub(crate) const REPORT_HTML: &str = include_str!("../web/report.html");
pub(crate) const REPORT_STYLES: &[&str] = &[BASE_CSS, TIMELINE_CSS, include_str!("../web/report.css")];
pub(crate) const REPORT_SCRIPTS: &[&str] =
    &[DOM, WORDS, SCALE, STORE, LANES, MARKS, LANE, LEGEND, PAINT, STEER, TOOLS, TIMELINE, include_str!("../web/report.js")];
