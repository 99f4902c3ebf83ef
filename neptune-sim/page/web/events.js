/**
 * The events of a cluster: first a snapshot, then changes. The browser connects again by itself when the connection is lost, and is then sent a snapshot.
 */

/** Listens to a cluster. Gives a function that stops listening. */
export function follow(path, { onSnapshot, onChange, onState }) {
  const source = new EventSource(path);
  source.addEventListener("open", () => onState("live"));
  source.addEventListener("error", () => onState("lost"));
  source.addEventListener("snapshot", (event) => onSnapshot(JSON.parse(event.data)));
  source.addEventListener("change", (event) => onChange(JSON.parse(event.data)));
  return () => source.close();
}
