/*
 * Inventories for scenarios. A real SIM7600 gets 30 s to boot and is checked every half minute; the simulated one is
 * ready at once, so that scenarios of many recoveries need not wait for it.
 */

/** One SIM7600, as the inventory that ships has it. */
export const ONE_SIM7600 = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
`;

/** The SIM7600 of the catalogue, but for its boot time. */
const QUICK_MODEL = `models:
  - name: quick
    title: SIM7600 that boots at once
    source: the simulator
    at:
      reset: AT+CRESET
      second: VOICE
      firmware: { command: AT+CGMR, pattern: "LE(\\\\d+)B(\\\\d+)" }
      identity: SIM7[156]00
    boot_time: 4s
    smsd: { memory_start: 0, init: "AT+CNMI=2,1,0,0,0" }
    compositions:
      - name: qmi
        usb: 1e0e:9001
        interfaces: { 0: ff, 1: ff, 2: ff, 3: ff, 4: ff }
        roles: { DIAG: 0, NMEA: 1, AT: 2, VOICE: 3, AUDIO: 4 }
        source: the catalogue
`;

export interface QuickOptions {
  /** YAML lines of the modem's entry, beside name and model. */
  readonly modem?: string;
  readonly rungs?: readonly string[];
  /** Further sections, as YAML. */
  readonly more?: string;
}

/** One modem named SIM7600 that boots in 4 s, checked as often as the inventory allows. */
export function quickInventory({ modem = "", rungs, more = "" }: QuickOptions = {}): string {
  const entry = `  - name: SIM7600\n    model: quick\n${modem === "" ? "" : `    ${modem}\n`}`;
  const ladder = rungs === undefined ? "" : `  rungs: [${rungs.join(", ")}]\n`;
  return `version: 1\nmodems:\n${entry}${WATCHDOG}${ladder}${more}${QUICK_MODEL}`;
}

const WATCHDOG = "watchdog:\n  interval: 5s\n  failures_before_recovery: 2\n";

export const QUICK_SIM7600 = quickInventory();

/** Two modems of one kind, LEFT on USB port 1-1 and RIGHT on 1-2. */
export const QUICK_PAIR = `version: 1
modems:
  - name: LEFT
    model: quick
    match: { port: platform-vhci_hcd.0-usb-0:1 }
  - name: RIGHT
    model: quick
    match: { port: platform-vhci_hcd.0-usb-0:2 }
${WATCHDOG}${QUICK_MODEL}`;
