/**
 * The known name that a mistyped one most likely meant, or undefined when none is close.
 *
 * Close is at most one edit for every three characters (at least one): a letter added, left out, changed, or two
 * neighbours swapped. Upper and lower case count as equal in long names. A short word is near everything, so names of one
 * letter are never proposed.
 */
export function nearName(found: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(found.replace(/^-+/, '').length / 3)) + 1;
  for (const name of known) {
    if (name.replace(/^-+/, '').length < 2) continue;
    // The difference in length is a lower bound: a line of garbage is not worth a matrix.
    if (Math.abs(name.length - found.length) >= bestDistance) continue;
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits between two texts, a swap of two neighbours counted as one (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let older: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + changed);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, older[column - 2]! + 1);
      }
      current.push(edits);
    }
    older = last;
    last = current;
  }
  return last[to.length]!;
}
