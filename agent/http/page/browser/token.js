const KEY = "modemkeeper.token";

/*
 * The token lives as long as this tab. Where the browser lets a page keep nothing, it lives as long as the document.
 */

/** @type {string | undefined} */
let kept = stored();

export function token() {
  return kept;
}

/** @param {string} value */
export function keepToken(value) {
  kept = value;
  attempt(() => sessionStorage.setItem(KEY, value));
}

export function forgetToken() {
  kept = undefined;
  attempt(() => sessionStorage.removeItem(KEY));
}

function stored() {
  return attempt(() => sessionStorage.getItem(KEY)) ?? undefined;
}

/**
 * @template T
 * @param {() => T} work
 */
function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
