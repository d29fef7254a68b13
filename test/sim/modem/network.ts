import { encodeDeliver, encodeStatusReport, type Pdu } from "../pdu/messages.ts";
import { type Content, contentOf } from "../pdu/user-data.ts";
import type { Healing } from "./faults.ts";
import type { Modem } from "./modem.ts";
import type { Poison } from "./storage.ts";

/** A message for this modem, as a person would describe it. */
export interface Delivery {
  readonly from: string;
  readonly text?: string | undefined;
  /** 8-bit data as hex, instead of text. */
  readonly data?: string | undefined;
  /** Forces an alphabet; by default GSM-7 where it suffices, else UCS-2. */
  readonly encoding?: "gsm7" | "ucs2" | undefined;
  /** Complete PDUs as hex, instead of everything else: for what no encoder would write. */
  readonly pdus?: readonly string[] | undefined;
  /** Only these parts of a long message arrive (from 1), in this order. */
  readonly parts?: readonly number[] | undefined;
  /** Reading it hangs the modem, until one of `healedBy` is done. */
  readonly poison?: boolean | undefined;
  readonly healedBy?: readonly Healing[] | undefined;
  /** Service-centre time, milliseconds since 1970; now by default. */
  readonly sentAt?: number | undefined;
}

interface Waiting {
  readonly pdu: Pdu;
  readonly poison: Poison | undefined;
  readonly notice: "CMTI" | "CDSI";
}

/** The service centre's side: keeps messages until the modem is reachable and has room. */
export class Network {
  readonly #modem: Modem;
  #waiting: Waiting[] = [];
  #reference = 0;

  constructor(modem: Modem) {
    this.#modem = modem;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws PduError if the message cannot be encoded */
  receive(delivery: Delivery): void {
    const all = delivery.pdus ?? this.#encode(delivery);
    const chosen = delivery.parts?.map((part) => all[part - 1]) ?? all;
    for (const pdu of chosen) {
      if (pdu === undefined) throw new Error(`the message has only ${all.length} parts`);
      this.#waiting.push({
        pdu: pdu.toUpperCase(),
        poison: delivery.poison ? { healedBy: delivery.healedBy } : undefined,
        notice: "CMTI",
      });
    }
    this.deliverWaiting();
  }

  #encode(delivery: Delivery): Pdu[] {
    this.#reference = (this.#reference + 1) % 256;
    return encodeDeliver({
      from: delivery.from,
      content: describe(delivery),
      sentAt: new Date(delivery.sentAt ?? this.#modem.now()),
      serviceCentre: this.#modem.get("serviceCentre"),
      reference: this.#reference,
    });
  }

  /** Status report "delivered" for a sent part, after the modem's `reportMs`. */
  report(to: string, reference: number, submittedAt: number): void {
    const delay = this.#modem.options.reportMs ?? 500;
    if (delay < 0) return;
    setTimeout(() => {
      const pdu = encodeStatusReport({
        to,
        reference,
        status: 0,
        submittedAt: new Date(submittedAt),
        doneAt: new Date(this.#modem.now()),
        serviceCentre: this.#modem.get("serviceCentre"),
      });
      this.#waiting.push({ pdu, poison: undefined, notice: "CDSI" });
      this.deliverWaiting();
    }, delay).unref();
  }

  deliverWaiting(): void {
    if (!this.#modem.hasNetwork) return;
    const memory = this.#modem.memories[2] ?? this.#modem.spec.memory;
    const storage = this.#modem.storage(memory);
    while (this.#waiting.length > 0 && !storage.full) {
      const next = this.#waiting.shift();
      const index = next && storage.store(next.pdu, next.poison);
      if (index !== undefined && this.#announces(next?.notice)) {
        this.#modem.announce(`+${next?.notice}: "${memory}",${index}`);
      }
    }
  }

  /** AT+CNMI=mode,mt,bm,ds: mt 1 announces messages, ds 2 announces reports (27.005, 3.4.1). */
  #announces(notice: Waiting["notice"] | undefined): boolean {
    const [, mt, , ds] = this.#modem.get("cnmi").split(",");
    return notice === "CMTI" ? mt === "1" : ds === "2";
  }
}

function describe(delivery: Delivery): Content {
  if (delivery.data !== undefined) return { encoding: "8bit", data: Buffer.from(delivery.data, "hex") };
  const text = delivery.text ?? "";
  return delivery.encoding ? { encoding: delivery.encoding, text } : contentOf(text);
}
