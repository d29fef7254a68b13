import { describe, expect, it } from "vitest";
import { modemsOf } from "../../../provision/init/conf-modems.ts";
import { shownLine } from "../../../provision/init/shown-line.ts";
import { parseSmsdConf } from "../../../provision/init/smsd-conf.ts";

function globals(text: string) {
  return parseSmsdConf(text).globals.map(({ name, value, number }) => [number, name, value]);
}

describe("smsd's grammar", () => {
  it("splits at the first =, trims, and folds only the name", () => {
    expect(globals("  LogLevel =  a = B \r\n")).toEqual([[1, "loglevel", "a = B"]]);
  });

  it("takes only whole lines for comments", () => {
    const conf = parseSmsdConf("# a\n \t# b\nnumber = 1 # c\n");
    expect(conf.comments).toBe(2);
    expect(conf.globals[0]?.value).toBe("1 # c");
  });

  it("uses the first alternative of a question", () => {
    expect(globals("init = ? AT+A | AT+B")).toEqual([[1, "init", "AT+A"]]);
  });

  it("reads the rest of a line beyond its buffer as a new line", () => {
    const line = `init = ${"x".repeat(4127 - "init = ".length)}loglevel = 3`;
    expect(globals(line).map(([number, name]) => [number, name])).toEqual([
      [1, "init"],
      [1, "loglevel"],
    ]);
  });

  it("ends a text at a NUL", () => {
    expect(globals("loglevel = 3\0pin = 1234")).toEqual([[1, "loglevel", "3"]]);
  });

  it.each(["nothing here", "= value", "; comment"])("calls %j broken", (line) => {
    expect(parseSmsdConf(line).globals[0]?.kind).toBe("broken");
  });

  it("ends the section at a bracket that is never closed", () => {
    const conf = parseSmsdConf("a = 1\n[X\nb = 2\n");
    expect(conf.globals.map(({ name }) => name)).toEqual(["a"]);
    expect(conf.sections[0]?.header.name).toBe("");
  });
});

describe("the modems of smsd.conf", () => {
  function modem(text: string, name: string) {
    const found = modemsOf(parseSmsdConf(text)).modems.find((one) => one.name === name);
    return Object.fromEntries([...(found?.settings ?? [])].map(([key, { values }]) => [key, values]));
  }

  it("merges default, group and own section, the last line winning", () => {
    const text = "devices=GSM1\n[GSM1]\nc=3\nc=4\n[GSM*]\nb=2\nc=2\n[default]\na=1\nb=1\n";
    expect(modem(text, "GSM1")).toEqual({ a: ["1"], b: ["2"], c: ["4"] });
  });

  it("adds up what may be repeated", () => {
    const text = "devices=GSM1\n[default]\nregular_run_cmd=AT\n[GSM1]\nregular_run_cmd=ATI\n";
    expect(modem(text, "GSM1")).toEqual({ regular_run_cmd: ["AT", "ATI"] });
  });

  it("writes out a range of names and the word modemname", () => {
    const text = "devices=GSM*2-3\n[default]\ndevice=/dev/modemname\n";
    expect(modemsOf(parseSmsdConf(text)).modems.map(({ name }) => name)).toEqual(["GSM2", "GSM3"]);
    expect(modem(text, "GSM3")).toEqual({ device: ["/dev/GSM3"] });
  });

  it("ends the list at a name that smsd cannot use, as smsd does", () => {
    const text = `devices=A, ${"x".repeat(32)}, B\n`;
    expect(modemsOf(parseSmsdConf(text)).modems.map(({ name }) => name)).toEqual(["A"]);
  });
});

describe("a line that is shown", () => {
  const shown = (text: string) => {
    const [line] = parseSmsdConf(text).globals;
    return line && shownLine(line);
  };

  it.each([
    "pin = 1234",
    "PIN=1234",
    'init = AT+CPIN="1234"',
    "init = ? AT | AT+CPIN=1234",
    "telnet_password = 1234",
    "pin 1234",
  ])("hides the secret of %j", (text) => {
    expect(shown(text)).not.toContain("1234");
  });

  it("cannot drive a terminal", () => {
    expect(shown("x = \u001b[31m")).toBe("x = ·[31m");
  });
});
