import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificate, selfSigned, TestAuthority } from "../helpers/certificates.ts";
import { findProgram } from "../helpers/find-program.ts";
import { deliver, envelope, type Handler, NEVER, receiver, webhook } from "../helpers/webhook-ends.ts";

/*
 * The webhook client and TLS: whom it trusts, and how it shows who we are.
 */

const openssl = findProgram("openssl");

describe.skipIf("reason" in openssl)("TLS", () => {
  let folder: string;
  let authority: TestAuthority;
  let server: Certificate;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "modemkeeper-tls-"));
    authority = await TestAuthority.make(folder, "authority");
    server = await authority.sign("server");
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function pem({ certificate, key }: Certificate) {
    return { cert: await readFile(certificate), key: await readFile(key) };
  }

  const fine: Handler = (_, response) => response.end();

  test("a certificate of an authority that is named is accepted, for the address that it is for", async () => {
    const { port } = await receiver(fine, await pem(server));
    const tls = { ca: authority.certificate };
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls })).toMatchObject({ outcome: "delivered" });
    expect(await deliver({ url: `https://localhost:${port}/`, tls })).toMatchObject({ outcome: "delivered" });
    expect(await deliver({ url: `https://127.0.0.1:${port}/` })).toMatchObject({
      outcome: "retry",
      detail: expect.stringContaining("certificate not trusted"),
    });
  });

  test("one that is signed by itself, is for another name, or has expired is not accepted", async () => {
    const tls = { ca: authority.certificate };
    const { port: mine } = await receiver(fine, await pem(await selfSigned(folder, "mine")));
    expect((await deliver({ url: `https://127.0.0.1:${mine}/` })).detail).toContain("signed by itself");
    const { port: other } = await receiver(fine, await pem(await authority.sign("other", 2, "example.org")));
    expect((await deliver({ url: `https://127.0.0.1:${other}/`, tls })).detail).toContain("for another name");
    const { port: old } = await receiver(fine, await pem(await authority.sign("old", -1)));
    expect((await deliver({ url: `https://127.0.0.1:${old}/`, tls })).detail).toContain("expired");
  });

  test("one that is signed by itself is accepted when it is named as its own authority", async () => {
    const own = await selfSigned(folder, "own");
    const { port } = await receiver(fine, await pem(own));
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ca: own.certificate } })).toMatchObject({
      outcome: "delivered",
    });
  });

  test("our certificate reaches a receiver that asks for it; without one there is no delivery", async () => {
    const names: string[] = [];
    const handle: Handler = ({ socket }, response) => {
      names.push((socket as TLSSocket).getPeerCertificate().subject.CN ?? "");
      response.end();
    };
    const ca = await readFile(authority.certificate);
    const { port } = await receiver(handle, {
      ...(await pem(server)),
      ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const tls = { ca: authority.certificate };
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls })).toMatchObject({ outcome: "retry" });
    const ours = await authority.sign("gateway");
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ...tls, ...ours } })).toMatchObject({
      outcome: "delivered",
    });
    expect(names).toEqual(["gateway"]);
  });

  test("certificates that were replaced are read anew, without a restart", async () => {
    const { port } = await receiver(fine, await pem(server));
    const wrong = await TestAuthority.make(folder, "wrong");
    const path = join(folder, "named.crt");
    await copyFile(wrong.certificate, path);
    const client = await webhook({ url: `https://127.0.0.1:${port}/`, tls: { ca: path } });
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "retry" });
    await copyFile(authority.certificate, path);
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
  });

  test("certificates that are missing or none are said so", async () => {
    const { port } = await receiver(fine, await pem(server));
    const missing = await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ca: "/nonexistent/ca.pem" } });
    expect(missing).toMatchObject({ outcome: "retry", detail: expect.stringContaining("/nonexistent/ca.pem") });
    const nonsense = join(folder, "nonsense.pem");
    await writeFile(nonsense, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    const broken = await deliver({
      url: `https://127.0.0.1:${port}/`,
      tls: { certificate: nonsense, key: server.key },
    });
    expect(broken).toMatchObject({ outcome: "retry", detail: expect.stringContaining(nonsense) });
  });

  test("a receiver without TLS", async () => {
    const { port } = await receiver(fine);
    expect((await deliver({ url: `https://127.0.0.1:${port}/` })).detail).toMatch(/TLS/);
  });
});
