import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  systemdAccount,
  systemdArgument,
  systemdAssignment,
  systemdProgram,
} from "../../../provision/desired/escape/systemd.ts";
import { accepted, anyText } from "../../helpers/escape-properties.ts";

/** One quoted word as systemd reads it: C escapes, then specifiers, then (in a command line) variables. */
function readQuoted(word: string, variables: boolean): string {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/s.exec(word)?.[1];
  if (inner === undefined) throw new Error(`not one quoted word: ${word}`);
  const unquoted = inner.replace(/\\(["\\])/g, "$1");
  const specified = unquoted.replace(/%(.?)/gs, (_, next: string) => {
    if (next !== "%") throw new Error(`specifier %${next}`);
    return "%";
  });
  if (!variables) return specified;
  return specified.replace(/\$(.?)/gs, (_, next: string) => {
    if (next !== "$") throw new Error(`variable $${next}`);
    return "$";
  });
}

describe("arguments of a command line", () => {
  it("are read back as they went in, or refused", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const safe = accepted(() => systemdArgument(value));
        fc.pre(safe !== undefined);
        expect(readQuoted(safe, true)).toBe(value);
      }),
    );
  });

  it.each(["a\nb", "a\0", "a\x1b"])("refuse %j", (value) => {
    expect(() => systemdArgument(value)).toThrowError(/systemd unit/);
  });
});

describe("assignments", () => {
  it("are read back as they went in, or refused", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const safe = accepted(() => systemdAssignment(value));
        fc.pre(safe !== undefined);
        expect(readQuoted(safe, false)).toBe(value);
      }),
    );
  });
});

describe("programs and accounts", () => {
  it.each(["/usr/sbin/smsd", "/opt/a-b_c.d/x+1"])("take %s", (path) => {
    expect(systemdProgram(path)).toBe(path);
  });

  // The first character of a command may be one of systemd's prefixes @-:+!.
  it.each(["smsd", "-/bin/x", "+/bin/x", "!/bin/x", "/bin/a b", "/bin/$x", "/bin/%x", '/bin/"', "/bin/x\n"])(
    "refuse %j for a program",
    (path) => {
      expect(() => systemdProgram(path)).toThrowError(/systemd unit/);
    },
  );

  it.each(["root x", "a\nb", "", "%u", "-a", "A", "x".repeat(33)])("refuse %j for an account", (name) => {
    expect(() => systemdAccount(name)).toThrowError(/systemd unit/);
  });
});
