import type { Healing } from "../modem/faults.ts";
import type { ControlEvent } from "./control.ts";

/**
 * Tells what the host did from what a device can see. vhci_hcd keeps the port reset itself to itself, but:
 * - `authorized` 0→1, and unbind/bind of the `usb` driver, set configuration 0 and then 1;
 * - a USB reset reads the device descriptor anew and sets the configuration again without leaving it first;
 * - a port that was switched off and on meets a new device: it also asks for the string languages.
 */
export class ResetWatch {
  readonly #report: (action: Healing) => void;
  #configuration = 0;
  #everConfigured = false;
  #resetSeen = false;
  #introduced = false;

  constructor(report: (action: Healing) => void) {
    this.#report = report;
  }

  /** bConfigurationValue; 0 before the host has set one. */
  get configuration(): number {
    return this.#configuration;
  }

  see(event: Exclude<ControlEvent, { kind: "line-state" }>): void {
    if (event.kind === "bus-reset") {
      this.#resetSeen = true;
      this.#introduced = false;
    } else if (event.kind === "introduced") this.#introduced = true;
    else this.#configured(event.value);
  }

  #configured(value: number): void {
    const action = value === 0 ? undefined : this.#meaning();
    this.#configuration = value;
    if (value === 0) return;
    this.#everConfigured = true;
    this.#resetSeen = false;
    this.#introduced = false;
    if (action) this.#report(action);
  }

  #meaning(): Healing | undefined {
    if (!this.#everConfigured) return undefined;
    if (this.#resetSeen && this.#introduced) return "power";
    if (this.#resetSeen) return "usb-reset";
    return this.#configuration === 0 ? "usb-authorize" : undefined;
  }
}
