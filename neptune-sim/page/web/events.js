/** How long to wait before a connection that the browser has given up is tried again, in milliseconds. */
const PAUSE = 3000;

/**
 * Listens to the events of a cluster: first a snapshot, then changes. Gives a function that stops listening.
 *
 * A lost connection is tried again: by the browser, or, where an answer was none of a stream and the browser gives up, from
 * here. A new connection begins with a snapshot, too.
 */
export function follow(path, { onSnapshot, onChange, onState }) {
  let source;
  let timer;
  const connect = () => {
    source = new EventSource(path);
    source.addEventListener("open", () => onState("live"));
    source.addEventListener("snapshot", (event) => onSnapshot(JSON.parse(event.data)));
    source.addEventListener("change", (event) => onChange(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      onState("lost");
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(connect, PAUSE);
      }
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
