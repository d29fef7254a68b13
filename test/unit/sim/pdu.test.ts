import fc from "fast-check";
import { Deliver, parse, Submit } from "node-pdu";
import { describe, expect, test } from "vitest";
import { PduError } from "../../sim/pdu/fields.ts";
import { pack, septetsOf, textOf, unpack } from "../../sim/pdu/gsm7.ts";
import { decodeSubmit, encodeDeliver, encodeStatusReport, type Incoming, tpduLength } from "../../sim/pdu/messages.ts";
import { type Content, contentOf, encodeParts } from "../../sim/pdu/user-data.ts";

/*
 * node-pdu is the oracle for numbers, plain GSM-7, UCS-2 and time stamps. It is not asked about GSM-7 in
 * parts, 8-bit data and alphanumeric senders that fill whole octets; those have examples from the specification.
 */

const SENT_AT = new Date("2026-03-04T05:06:07Z");

function incoming(content: Content, from = "+4917112345678"): Incoming {
  return { from, content, sentAt: SENT_AT, serviceCentre: "+491710760000", reference: 7 };
}

function oracle(pdu: string): Deliver {
  const parsed = parse(pdu);
  if (!(parsed instanceof Deliver)) throw new Error("not a DELIVER");
  return parsed;
}

/** Makes the DELIVER user data of one part readable for decodeSubmit(), which has the decoder. */
function readBack(pdu: string): ReturnType<typeof decodeSubmit> {
  const octets = Buffer.from(pdu, "hex");
  const start = (octets[0] ?? 0) + 1;
  const addressEnd = start + 3 + Math.ceil((octets[start + 1] ?? 0) / 2);
  const first = 0x01 | ((octets[start] ?? 0) & 0x40);
  const submit = Buffer.concat([
    Buffer.from([0, first, 0]),
    octets.subarray(start + 1, addressEnd + 2),
    octets.subarray(addressEnd + 9),
  ]);
  return decodeSubmit(submit.toString("hex"));
}

const GSM_TEXT = fc
  .array(fc.constantFrom(..."@£$¥èÇ\nØ_ΩÄ§abcXYZ09 ?¿^{}\\[~]|€"), { maxLength: 400 })
  .map((characters) => characters.join(""));

describe("GSM-7", () => {
  test("packs the example of 23.038", () => {
    expect(pack(septetsOf("hellohello")?.flat() ?? []).toString("hex")).toBe("e8329bfd4697d9ec37");
  });

  test("whatever is packed unpacks again, at any fill", () => {
    fc.assert(
      fc.property(GSM_TEXT, fc.integer({ min: 0, max: 6 }), (text, fill) => {
        const septets = septetsOf(text)?.flat() ?? [];
        expect(textOf(unpack(pack(septets, fill), septets.length, fill))).toBe(text);
      }),
    );
  });

  test("has no emoji and no Cyrillic", () => {
    expect(septetsOf("ok 😀")).toBeUndefined();
    expect(septetsOf("ж")).toBeUndefined();
  });
});

describe("DELIVER", () => {
  test("GSM-7 reads the same to the oracle", () => {
    const [pdu = ""] = encodeDeliver(incoming(contentOf("Hello, world!")));
    const seen = oracle(pdu);
    expect(seen.data.getText()).toBe("Hello, world!");
    expect(seen.address.phone).toBe("4917112345678");
    expect(seen.serviceCenterAddress.phone).toBe("491710760000");
    expect(seen.serviceCenterTimeStamp.getIsoString()).toMatch(/^2026-03-04T05:06:07/);
  });

  test("UCS-2 with an emoji reads the same to the oracle", () => {
    const [pdu = ""] = encodeDeliver(incoming(contentOf("Привет 😀")));
    expect(oracle(pdu).data.getText()).toBe("Привет 😀");
  });

  test("8-bit data goes octet by octet", () => {
    const [pdu = ""] = encodeDeliver(incoming({ encoding: "8bit", data: Buffer.from("00ff7f80", "hex") }));
    expect(pdu.endsWith("0400FF7F80")).toBe(true);
  });

  test("an alphanumeric sender counts its digits as 23.040 says", () => {
    const [pdu = ""] = encodeDeliver(incoming(contentOf("x"), "Telekom"));
    expect(pdu).toContain(
      `0DD0${pack(septetsOf("Telekom")?.flat() ?? [])
        .toString("hex")
        .toUpperCase()}`,
    );
    expect(readBack(pdu).to).toBe("Telekom");
  });

  test("refuses a sender that no PDU can carry", () => {
    expect(() => encodeDeliver(incoming(contentOf("x"), "twelve chars"))).toThrow(PduError);
  });

  test("the length leaves the service centre out", () => {
    const [pdu = ""] = encodeDeliver(incoming(contentOf("Hello, world!")));
    expect(tpduLength(pdu)).toBe(pdu.length / 2 - 8);
  });

  test("any GSM-7 text comes back whole from its parts, none longer than 140 octets", () => {
    fc.assert(fc.property(GSM_TEXT, (text) => comesBack(contentOf(text), text)));
  });

  test("any text comes back whole from its UCS-2 parts, no pair torn", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    fc.assert(fc.property(text, (value) => comesBack({ encoding: "ucs2", text: value }, value)));
  });

  function comesBack(content: Content, text: string): void {
    expect(encodeParts(content, 9).every(({ octets }) => octets.length <= 140)).toBe(true);
    const parts = encodeDeliver(incoming(content)).map(readBack);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    if (parts.length > 1) expect(parts.map((part) => part.concatenation?.part)).toEqual(parts.map((_, i) => i + 1));
  }
});

describe("SUBMIT", () => {
  test("the oracle's GSM-7 is understood", () => {
    expect(decodeSubmit(new Submit("+999999999999", "Hello everyone!").toString())).toMatchObject({
      to: "+999999999999",
      text: "Hello everyone!",
      encoding: "gsm7",
      serviceCentre: "",
      header: "",
    });
  });

  test("the oracle's UCS-2 is understood", () => {
    const submit = new Submit("+4915112345678", "Привет 😀");
    expect(decodeSubmit(submit.toString())).toMatchObject({ text: "Привет 😀", encoding: "ucs2" });
  });

  test("what smsd sends: relative validity, report wanted", () => {
    const seen = decodeSubmit("0031000B919471325476F80000FF05C8329BFD06");
    expect(seen).toMatchObject({ to: "+49172345678", text: "Hello", wantsReport: true, tpduLength: 19 });
  });

  test("a part names its place in the long message", () => {
    const seen = decodeSubmit("0041000B919471325476F80004080500032A0201FFEE");
    expect(seen).toMatchObject({ header: "00032A0201", concatenation: { reference: 0x2a, total: 2, part: 1 } });
    expect(seen.text).toBe("FFEE");
  });

  test("a 16-bit reference is one number", () => {
    const seen = decodeSubmit("0041000B919471325476F800040806080401020201FF");
    expect(seen.concatenation).toEqual({ reference: 0x0102, total: 2, part: 1 });
  });

  test("what is cut short, not hexadecimal or not a SUBMIT is refused", () => {
    const whole = "0031000B919471325476F80000FF05C8329BFD06";
    for (let length = 2; length < whole.length; length += 2) {
      expect(() => decodeSubmit(whole.slice(0, length))).toThrow(PduError);
    }
    expect(() => decodeSubmit(`${whole.slice(0, 10)}zz`)).toThrow(PduError);
    expect(() => decodeSubmit(`0030${whole.slice(4)}`)).toThrow(PduError);
  });

  test("no octets make it fail in another way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        try {
          decodeSubmit(Buffer.from(octets).toString("hex"));
        } catch (error) {
          expect(error).toBeInstanceOf(PduError);
        }
      }),
    );
  });
});

test("a status report names message, times and outcome", () => {
  const pdu = encodeStatusReport({
    to: "+49172345678",
    reference: 5,
    status: 0,
    submittedAt: SENT_AT,
    doneAt: new Date("2026-03-04T05:06:09Z"),
    serviceCentre: "+491710760000",
  });
  expect(pdu).toBe("0791947101670000" + "0605" + "0B919471325476F8" + "62304050607000" + "62304050609000" + "00");
});
