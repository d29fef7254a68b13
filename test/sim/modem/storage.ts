import { type Pdu, tpduLength } from "../pdu/messages.ts";
import type { Healing } from "./faults.ts";

/** +CMGL status of a message (27.005, 3.1). */
export const STATUS = { unread: 0, read: 1 } as const;

export interface Poison {
  readonly healedBy?: readonly Healing[] | undefined;
}

export interface StoredMessage {
  readonly pdu: Pdu;
  status: number;
  /** Reading it hangs the modem until one of these is done. */
  readonly poison?: Poison | undefined;
}

/** One message memory: slots from index 0, as SIMCom and Quectel count (their AT manuals, +CMGR). */
export class MessageStorage {
  readonly capacity: number;
  readonly #slots: (StoredMessage | undefined)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get used(): number {
    return this.#slots.filter(Boolean).length;
  }

  get full(): boolean {
    return this.used >= this.capacity;
  }

  /** The slot it went to, or undefined when there is no room. */
  store(pdu: Pdu, poison?: Poison): number | undefined {
    if (this.full) return undefined;
    const free = this.#slots.indexOf(undefined);
    const index = free < 0 ? this.#slots.length : free;
    this.#slots[index] = { pdu, status: STATUS.unread, poison };
    return index;
  }

  /** The message at a slot, which thereby becomes read. */
  read(index: number): StoredMessage | undefined {
    const message = this.#slots[index];
    const seen = message && { ...message };
    if (message) message.status = STATUS.read;
    return seen;
  }

  entries(): { index: number; message: StoredMessage }[] {
    return this.#slots.flatMap((message, index) => (message ? [{ index, message }] : []));
  }

  delete(index: number): boolean {
    const there = this.#slots[index] !== undefined;
    this.#slots[index] = undefined;
    return there;
  }

  clear(): void {
    this.#slots.length = 0;
  }

  has(index: number): boolean {
    return index >= 0 && index < this.capacity;
  }
}

/** The two lines of a message in PDU mode, as +CMGR prints them; +CMGL puts the index first. */
export function messageLines(head: string, message: StoredMessage): string[] {
  return [`${head}${message.status},,${tpduLength(message.pdu)}`, message.pdu];
}
