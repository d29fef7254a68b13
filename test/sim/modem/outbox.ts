import { failure, type Outcome } from "../at/outcome.ts";
import { PduError } from "../pdu/fields.ts";
import { decodeSubmit, type Submit } from "../pdu/messages.ts";
import type { Modem } from "./modem.ts";

export interface SubmitRequest {
  readonly hex: string;
  /** What AT+CMGS announced. */
  readonly length: number;
  /** When AT+CMGS came, milliseconds since 1970. */
  readonly commandAt: number;
}

/** One PDU that went on the air. */
export interface SentPart extends Submit {
  readonly pdu: string;
  readonly reference: number;
  readonly commandAt: number;
  /** When the whole PDU was in, milliseconds since 1970. */
  readonly at: number;
}

/** A message as its receiver reads it: long ones put together. */
export interface SentMessage {
  readonly to: string;
  readonly text: string;
  readonly parts: number;
  readonly commandAt: number;
}

const INVALID_PDU = "+CMS ERROR: 304";
const NO_NETWORK = "+CMS ERROR: 331";

/** What the modem sent. */
export class Outbox {
  readonly #modem: Modem;
  readonly parts: SentPart[] = [];
  #reference = 0;

  constructor(modem: Modem) {
    this.#modem = modem;
  }

  submit(request: SubmitRequest): Outcome {
    const decoded = decode(request);
    if (!decoded) return failure(INVALID_PDU);
    const { faults } = this.#modem;
    const poison = faults.get("poison-text");
    if (poison && decoded.text.includes(poison.text)) {
      this.#modem.hangUp(poison.healedBy);
      return { lines: [] };
    }
    const refusal = faults.take("cms-error");
    if (refusal) return failure(`+CMS ERROR: ${refusal.code}`);
    if (!this.#modem.hasNetwork) return failure(NO_NETWORK);
    return this.#accept(request, decoded);
  }

  #accept(request: SubmitRequest, decoded: Submit): Outcome {
    const reference = this.#reference;
    this.#reference = (reference + 1) % 256;
    const at = this.#modem.now();
    this.parts.push({ ...decoded, pdu: request.hex.toUpperCase(), reference, commandAt: request.commandAt, at });
    if (decoded.wantsReport) this.#modem.network.report(decoded.to, reference, at);
    return { lines: [`+CMGS: ${reference}`, "OK"], delay: this.#modem.options.sendMs ?? 0 };
  }

  /** Complete messages, in the order of their first parts. */
  messages(): SentMessage[] {
    const groups = new Map<string, SentPart[]>();
    for (const part of this.parts) {
      const { concatenation } = part;
      const key = concatenation ? `${part.to} ${concatenation.reference} ${concatenation.total}` : `#${part.at}`;
      groups.set(key, [...(groups.get(key) ?? []), part]);
    }
    return [...groups.values()].flatMap(assemble);
  }
}

function assemble(parts: readonly SentPart[]): SentMessage[] {
  const [first] = parts;
  if (!first || parts.length < (first.concatenation?.total ?? 1)) return [];
  const inOrder = parts.toSorted((a, b) => (a.concatenation?.part ?? 1) - (b.concatenation?.part ?? 1));
  const text = inOrder.map((part) => part.text).join("");
  return [{ to: first.to, text, parts: parts.length, commandAt: first.commandAt }];
}

function decode(request: SubmitRequest): Submit | undefined {
  try {
    const decoded = decodeSubmit(request.hex);
    return decoded.tpduLength === request.length ? decoded : undefined;
  } catch (error) {
    if (error instanceof PduError) return undefined;
    throw error;
  }
}
