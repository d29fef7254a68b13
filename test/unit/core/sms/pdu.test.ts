import fc from "fast-check";
import { Deliver as ThirdDeliver, parse as thirdOpinion } from "node-pdu";
import { describe, expect, test } from "vitest";
import { type Deliver, decodePdu } from "../../../../core/sms/pdu.ts";
import { pack } from "../../../sim/pdu/gsm7.ts";
import { encodeStatusReport } from "../../../sim/pdu/messages.ts";
import { type RawFields, rawDeliver } from "./raw-pdu.ts";
import { messageIn, pdusOf, smsdFile } from "./smsd-file.ts";

function deliver(fields: RawFields): Deliver {
  const pdu = decodePdu(rawDeliver(fields));
  if (pdu.kind !== "deliver") throw new Error(pdu.kind);
  return pdu;
}

describe("sender", () => {
  test.each([
    ["international", "0c91 947101000010", "+491710000001"],
    ["short code", "0581 0707f7", "70707"],
    ["national", "0ba1 1071000010f0", "01170000010"],
    ["with star and hash", "0481 1ab2", "*12#"],
    ["none", "0080", ""],
    ["none, international", "0091", ""],
    ["name", "0ed0 4105f5ad03c564", "A\nTo: 12"],
    ["name with @ and _", "12d0 49b7f91d0108c3ee35", "Info_@Bank"],
  ])("%s", (_, hex, from) => {
    expect(deliver({ address: Buffer.from(hex.replaceAll(" ", ""), "hex") }).from).toBe(from);
  });

  test("longer than a sender can be is no sender", () => {
    const address = Buffer.concat([Buffer.from([22, 0xd0]), Buffer.alloc(11)]);
    expect(decodePdu(rawDeliver({ address })).kind).toBe("malformed");
  });
});

describe("data coding", () => {
  test.each([
    [0x00, "gsm7", false],
    [0x04, "binary", false],
    [0x08, "ucs2", false],
    [0x0c, "gsm7", false],
    [0x10, "gsm7", true],
    [0x11, "gsm7", false],
    [0x18, "ucs2", true],
    [0x20, "binary", false],
    [0x48, "ucs2", false],
    [0x88, "gsm7", false],
    [0xc8, "gsm7", false],
    [0xd8, "gsm7", false],
    [0xe0, "ucs2", false],
    [0xf0, "gsm7", true],
    [0xf1, "gsm7", false],
    [0xf4, "binary", true],
    [0xf5, "binary", false],
  ])("0x%s", (coding, alphabet, flash) => {
    expect(deliver({ coding, length: 4, octets: Buffer.alloc(4) })).toMatchObject({ alphabet, flash });
  });
});

describe("time", () => {
  test.each([
    ["62112221700140", "2026-11-22T12:07:10+01:00"],
    ["62112221700180", "2026-11-22T12:07:10+02:00"],
    ["6211222170018a", "2026-11-22T12:07:10-07:00"],
    ["62112221700122", "2026-11-22T12:07:10+05:30"],
    ["621122217001a0", undefined],
    ["ffffffffffffff", undefined],
    ["62310221700100", undefined],
    ["62200321700100", undefined],
    ["99211332959500", "1999-12-31T23:59:59+00:00"],
  ])("%s", (hex, sentAt) => {
    expect(deliver({ time: Buffer.from(hex, "hex") }).sentAt).toBe(sentAt);
  });
});

describe("user data header", () => {
  function header(hex: string): Deliver["header"] {
    const octets = Buffer.concat([Buffer.from(hex, "hex"), Buffer.from("data")]);
    return deliver({ first: 0x44, coding: 4, length: octets.length, octets }).header;
  }

  test.each([
    ["0500030A0302", { concatenation: { reference: 10, total: 3, part: 2 } }],
    ["060804012C0302", { concatenation: { reference: 300, total: 3, part: 2 } }],
    ["0605040B8423F0", { ports: { destination: 2948, source: 9200 } }],
    ["0404020102", { ports: { destination: 1, source: 2 } }],
    ["06240101250101", { singleShift: 1, lockingShift: 1 }],
    ["0401020A0B", {}],
  ])("%s", (hex, found) => {
    expect(header(hex)).toEqual({ hex, ...found });
  });

  test.each(["0500030A0300", "0500030A0304", "0500030A0001"])("an impossible place in %s is ignored", (hex) => {
    expect(header(hex)?.concatenation).toBeUndefined();
  });

  test("an element that is cut off ends it", () => {
    expect(header("0500090A0302")).toEqual({ hex: "0500090A0302" });
  });

  test("longer than the user data it is an error", () => {
    expect(decodePdu(rawDeliver({ first: 0x44, coding: 4, length: 2, octets: Buffer.from([9, 0]) })).kind).toBe(
      "malformed",
    );
  });

  test("of GSM-7 is followed by fill bits, and may take all the room", () => {
    const octets = Buffer.concat([Buffer.from([3, 0x24, 1, 1]), pack([0x48, 0x69], 3)]);
    expect(deliver({ first: 0x44, length: 7, octets }).content).toEqual([0x48, 0x69]);
    const alone = deliver({ first: 0x44, length: 4, octets: Buffer.from([3, 0x24, 1, 1]) });
    expect(alone.content).toEqual([]);
  });
});

describe("status report", () => {
  test.each([
    [0, "2026-11-22T12:07:30+00:00"],
    [0x30, "2026-11-22T12:07:30+00:00"],
    [0x46, "2026-11-22T12:07:30+00:00"],
  ])("status %i", (status, dischargedAt) => {
    const hex = encodeStatusReport({
      to: "+491710000001",
      reference: 200,
      status,
      submittedAt: new Date("2026-11-22T12:07:10Z"),
      doneAt: new Date("2026-11-22T12:07:30Z"),
      serviceCentre: "+491710760000",
    });
    expect(decodePdu(hex)).toEqual({
      kind: "status-report",
      reference: 200,
      recipient: "+491710000001",
      sentAt: "2026-11-22T12:07:10+00:00",
      dischargedAt,
      status,
    });
  });
});

describe("what is no PDU", () => {
  test.each(["", "0", "zz", "00", "07919471017", "0001", "0003"])("%j", (hex) => {
    expect(decodePdu(hex).kind).toBe("malformed");
  });

  test("every cut of a good one has a reason and says nothing of its text", () => {
    const [whole = ""] = pdusOf("Grüße");
    for (let length = 0; length < whole.length; length++) {
      const pdu = decodePdu(whole.slice(0, length));
      if (pdu.kind !== "malformed") throw new Error(`${length} digits are a ${pdu.kind}`);
      expect(pdu.why).toMatch(/^the PDU [a-z -]+$/i);
    }
  });

  test("octets behind its end are ignored", () => {
    const [whole = ""] = pdusOf("Grüße");
    expect(decodePdu(`${whole}FFFF`)).toEqual(decodePdu(whole));
  });

  test("random octets never crash it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const { kind } = decodePdu(Buffer.from(octets).toString("hex"));
        expect(["deliver", "status-report", "malformed"]).toContain(kind);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("agrees with a third decoder", () => {
  // node-pdu has a grave accent for § and no form feed.
  const characters = fc.constantFrom(..."aZ09 @£$_èÄßΔΩ€[]{}~^|\\ж你");
  const texts = fc.array(characters, { minLength: 1, maxLength: 60 }).map((chars) => chars.join(""));
  fc.assert(
    fc.property(texts, fc.constantFrom("+491710000001", "70707"), (text, from) => {
      const [hex = ""] = pdusOf(text, { from });
      const third = thirdOpinion(hex);
      if (!(third instanceof ThirdDeliver)) throw new Error("node-pdu finds no message");
      const ours = decodePdu(hex);
      if (ours.kind !== "deliver") throw new Error(ours.kind);
      expect(ours.from.replace("+", "")).toBe(third.address.phone?.replace("+", ""));
      expect(Date.parse(ours.sentAt ?? "")).toBe(third.serviceCenterTimeStamp.time * 1000);
      expect(third.data.getText()).toBe(text);
      expect(messageIn(smsdFile({ from: "1", pdus: [hex] })).text).toBe(text);
    }),
  );
});
