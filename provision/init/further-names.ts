/*
 * Settings that smsd accepts and the inventory's table does not know; found by giving
 * smsd 3.1.21 every word that its binary holds, as a global and as a modem's setting.
 */

/** Global ones that may be kept through `extra`. */
const GLOBAL = new Set(["datetime", "enable_smsd_debug", "os_cygwin", "mypath"]);
/** A modem's; the manual has a timeout for each command (read_timeout_cmgs …). */
const READ_TIMEOUT = /^read_timeout_[a-z0-9_]{1,40}$/;
const NETWORK_MODEM = /^(telnet|socket)_[a-z_]+$/;

/** True for a setting that smsd accepts in that section although the table lacks it. */
export function isFurtherSetting(section: "global" | "modem", name: string): boolean {
  return section === "global" ? GLOBAL.has(name) : READ_TIMEOUT.test(name);
}

/** True for settings of modems that are reached over the network. */
export function isNetworkSetting(name: string): boolean {
  return NETWORK_MODEM.test(name);
}
