export type SimState = "ready" | "pin" | "puk" | "absent";

export interface SimOptions {
  readonly imsi: string;
  readonly iccid: string;
  /** Undefined: the card asks for none. */
  readonly pin?: string | undefined;
  readonly puk: string;
}

/** What can be said of the card in a modem. */
export interface CardOptions {
  readonly imsi?: string | undefined;
  readonly iccid?: string | undefined;
  /** The SIM asks for this PIN. */
  readonly pin?: string | undefined;
}

export function simCard({ imsi, iccid, pin }: CardOptions): SimCard {
  return new SimCard({ imsi: imsi ?? "262011234567890", iccid: iccid ?? "89490200001234567890", pin, puk: "12345678" });
}

const PIN_TRIES = 3;

/** A SIM card: it keeps its count of failed PINs when the modem restarts, but must be unlocked again. */
export class SimCard {
  readonly options: SimOptions;
  inserted = true;
  #pin: string | undefined;
  #triesLeft = PIN_TRIES;
  #unlocked = false;

  constructor(options: SimOptions) {
    this.options = options;
    this.#pin = options.pin;
  }

  get state(): SimState {
    if (!this.inserted) return "absent";
    if (this.#pin === undefined || this.#unlocked) return "ready";
    return this.#triesLeft > 0 ? "pin" : "puk";
  }

  get triesLeft(): number {
    return this.#triesLeft;
  }

  powerCycle(): void {
    this.#unlocked = false;
  }

  /** One try. A PUK needs the new PIN beside it. */
  unlock(code: string, newPin?: string): boolean {
    const state = this.state;
    if (state === "puk") return this.#unblock(code, newPin);
    if (state !== "pin") return state === "ready";
    if (code === this.#pin) {
      this.#triesLeft = PIN_TRIES;
      this.#unlocked = true;
      return true;
    }
    this.#triesLeft -= 1;
    return false;
  }

  #unblock(puk: string, newPin: string | undefined): boolean {
    if (puk !== this.options.puk || newPin === undefined) return false;
    this.#pin = newPin;
    this.#triesLeft = PIN_TRIES;
    this.#unlocked = true;
    return true;
  }
}
