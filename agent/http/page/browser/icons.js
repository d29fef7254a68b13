import { h } from "./dom.js";

/** @import { Shown } from "./types.ts" */

/** Each level has a shape of its own: colour alone tells not everybody. On a field of 24 by 24. */
const SHAPES = {
  ok: { outline: "M12 1.5a10.5 10.5 0 1 0 0 21 10.5 10.5 0 0 0 0-21z", sign: "M7 12.4l3.4 3.4L17.2 9" },
  info: { outline: "M12 1.5a10.5 10.5 0 1 0 0 21 10.5 10.5 0 0 0 0-21z", sign: "M12 11v6M12 7v.6" },
  warning: { outline: "M12 1.6 23.2 21.4H.8z", sign: "M12 9v5.6M12 17.6v.6" },
  critical: { outline: "M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z", sign: "M8 8l8 8M16 8l-8 8" },
  unknown: {
    outline: "M12 1 23 12 12 23 1 12z",
    sign: "M9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.5",
  },
};

/** @type {Readonly<Record<Shown, string>>} */
export const LEVEL_WORD = { ok: "OK", info: "Info", warning: "Warning", critical: "Critical", unknown: "Unknown" };

/** For the tab's title, where there is no colour and no shape. */
/** @type {Readonly<Record<Shown, string>>} */
export const LEVEL_SIGN = { ok: "✓", info: "✓", warning: "▲", critical: "✖", unknown: "?" };

/** @type {Readonly<Record<Shown, string>>} */
const COLOURS = { ok: "#1a7f45", info: "#1a7f45", warning: "#b45f06", critical: "#c3232b", unknown: "#5b6472" };

/**
 * Says nothing to a screen reader: a word stands beside it.
 * @param {Shown} level
 */
export function levelIcon(level) {
  const { outline, sign } = SHAPES[level];
  return h(
    "svg",
    { class: `icon icon-${level}`, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("path", { class: "icon-outline", d: outline }),
    h("path", { class: "icon-sign", d: sign }),
  );
}

/**
 * @param {Shown} level
 * @returns {string} an address for the tab's icon
 */
export function favicon(level) {
  const { outline, sign } = SHAPES[level];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="${COLOURS[level]}" d="${outline}"/>` +
    `<path fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" d="${sign}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
