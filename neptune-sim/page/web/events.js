/** How long to wait before a connection that the browser has given up is tried again, in milliseconds. */
const PAUSE = 3000;

/**
 * Listens to the events of a cluster: first a snapshot, then changes. Gives a function that stops listening.
 *
 * A lost connection is tried again: by the browser, or, where an answer was none of a stream and the browser gives up, from
 * here. A page that nobody sees has no connection, because a browser opens only six to one server, for all its tabs. Each new
 * connection begins with a snapshot.
 */
export function follow(path, { onSnapshot, onChange, onState }) {
  let source = null;
  let timer;
  const leave = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const connect = () => {
    leave();
    source = new EventSource(path);
    source.addEventListener("open", () => onState("live"));
    source.addEventListener("snapshot", (event) => onSnapshot(JSON.parse(event.data)));
    source.addEventListener("change", (event) => onChange(JSON.parse(event.data)));
    source.addEventListener("error", (event) => {
      onState("lost");
      if (event.target.readyState === EventSource.CLOSED) {
        timer = setTimeout(connect, PAUSE);
      }
    });
  };
  const look = () => (document.hidden ? leave() : source || connect());
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave();
  };
}
