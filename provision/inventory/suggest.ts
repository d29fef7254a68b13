/** The candidate closest to what was written, if it is close enough to be a typing error. */
export function closest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(written);
  const limit = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean ...?`, or nothing. */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  const best = closest(written, candidates);
  return best === undefined ? "" : ` Did you mean \`${best}\`?`;
}

/** keepOpen, keep-open and Keep_Open are all keep_open to a person. */
function fold(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[-_. ]/g, "");
}

/** Levenshtein's distance with neighbours swapped counting once; `limit` or more is all the same. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit;
}
