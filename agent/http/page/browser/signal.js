/**
 * With a true minus sign.
 * @param {number} dbm
 */
export function dbmWords(dbm) {
  return `${dbm < 0 ? "−" : ""}${Math.abs(dbm)} dBm`;
}

/** @param {number} bars 0 to 5 */
export function strengthWords(bars) {
  return ["none", "very weak", "weak", "fair", "good", "excellent"][bars] ?? "unknown";
}
