/** Where the elements of a list begin for which `isBefore` does not hold. Those for which it holds stand before all others. */
export function firstNot(list, isBefore) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = isBefore(list[middle]) ? [middle + 1, high] : [low, middle];
  }
  return low;
}
