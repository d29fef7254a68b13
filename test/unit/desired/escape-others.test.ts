import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logrotatePath } from "../../../provision/desired/escape/logrotate.ts";
import { shPlain, shWord } from "../../../provision/desired/escape/sh.ts";
import { tmpfilesComment, tmpfilesHex } from "../../../provision/desired/escape/tmpfiles.ts";
import {
  udevComment,
  udevLink,
  udevLiteral,
  udevOperator,
  udevPattern,
} from "../../../provision/desired/escape/udev.ts";
import { accepted, anyText } from "../../helpers/escape-properties.ts";

describe("words of a shell script", () => {
  it("are read back by sh as they went in, or refused", () => {
    const values = fc.sample(anyText, 300).filter((value) => accepted(() => shWord(value)) !== undefined);
    expect(values.length).toBeGreaterThan(50);
    const script = `printf '%s\\0' ${values.map(shWord).join(" ")}`;
    const output = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
    expect(output).toBe(values.map((value) => `${value}\0`).join(""));
  });

  it.each(["a\nb", "a\0b"])("refuse %j", (value) => {
    expect(() => shWord(value)).toThrowError(/shell script/);
  });
});

describe("plain text in a shell script", () => {
  it("is read by sh between double quotes, and in a comment, as what it is, or refused", () => {
    const values = fc.sample(anyText, 300).filter((value) => accepted(() => shPlain(value)) !== undefined);
    expect(values.length).toBeGreaterThan(50);
    const lines = values.map((value) => `# ${shPlain(value)}\nprintf '%s\\0' "${shPlain(value)}"`);
    const output = execFileSync("/bin/sh", ["-c", lines.join("\n")], { encoding: "utf8" });
    expect(output).toBe(values.map((value) => `${value}\0`).join(""));
  });

  it.each(["a\nb", '"', "$(id)", "`id`", "a\\"])("is refused as %j", (value) => {
    expect(() => shPlain(value)).toThrowError(/shell script/);
  });
});

describe("values of a udev rule", () => {
  it("stay between their quotes, without wildcards", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const safe = accepted(() => udevLiteral(value));
        fc.pre(safe !== undefined);
        expect(safe).toBe(value);
        expect(safe).not.toMatch(/["\\*?[\]|\p{Cc}]/u);
      }),
    );
  });

  it("refuse what would end a pattern, and keep its wildcards", () => {
    expect(udevPattern("*:0206??:*|*:020e??:*")).toBe("*:0206??:*|*:020e??:*");
    expect(() => udevPattern('a", RUN+="x')).toThrowError(/udev rule/);
    expect(() => udevPattern("a\\")).toThrowError(/udev rule/);
  });

  it.each(["a b", "a/b", "$x", "%k", 'a"', "", ".a", "ж"])("refuse %j for a link", (name) => {
    expect(() => udevLink(name)).toThrowError(/udev rule/);
  });

  it("refuse a comment that would swallow the next line", () => {
    expect(udevComment('8" board, 50% off')).toBe('8" board, 50% off');
    expect(() => udevComment("x\\")).toThrowError(/udev rule/);
    expect(() => udevComment('x\nRUN+="y"')).toThrowError(/udev rule/);
  });

  it("know two operators", () => {
    expect(udevOperator("!=")).toBe("!=");
    expect(() => udevOperator("+=")).toThrowError(/udev rule/);
  });
});

describe("paths of logrotate", () => {
  it.each(["/var/log/a b/smsd.log", "/srv/sms@a:b/smsd.log", "/var/log/a%b", "/var/log/a#b"])("carry %s", (path) => {
    expect(logrotatePath(path)).toBe(`"${path}"`);
  });

  it.each(["relative", "/a*", "/a?", "/[a]", "/{a,b}", '/a"', "/a'", "/a\\", "/a\n", "/~a"])("refuse %j", (path) => {
    expect(() => logrotatePath(path)).toThrowError(/logrotate/);
  });
});

describe("ids of tmpfiles.d", () => {
  it.each(["1E0E", "1e0", "1e0e ", "%v00", "1e0e\n", ""])("refuse %j", (id) => {
    expect(() => tmpfilesHex(id)).toThrowError(/tmpfiles/);
  });

  it("refuse a comment of two lines", () => {
    expect(tmpfilesHex("1e0e")).toBe("1e0e");
    expect(() => tmpfilesComment("a\nw /etc/passwd - - - - x")).toThrowError(/tmpfiles/);
  });
});
