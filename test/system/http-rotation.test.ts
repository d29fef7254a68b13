import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { realApi, TOKEN, TOKEN_REF } from "../helpers/api-desk.ts";
import { TestAuthority } from "../helpers/certificates.ts";
import { send } from "../helpers/http-client.ts";
import { folder, LIMITS, listen, OK } from "./http-serving.ts";

/*
 * Certificates and tokens are exchanged while the API is in use.
 */

interface Renewable {
  readonly ca: Buffer;
  readonly certificate: string;
  readonly key: string;
  /** Puts another certificate in place, as certbot does. */
  renew(name: string): Promise<void>;
}

async function renewable(): Promise<Renewable> {
  const dir = await folder();
  const authority = await TestAuthority.make(dir, "authority");
  const [certificate, key] = [join(dir, "server.crt"), join(dir, "server.key")];
  const renew = async (name: string) => {
    const signed = await authority.sign(name);
    await copyFile(signed.certificate, certificate);
    await copyFile(signed.key, key);
  };
  await renew("first");
  return { ca: await readFile(authority.certificate), certificate, key, renew };
}

/** The name in the certificate that a server shows. */
function shown(address: string, ca: Buffer): Promise<string> {
  const [host = "", port] = address.split(":");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca, servername: "localhost" }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("https: a renewed certificate is shown within seconds, and a broken one is not taken but told of", async () => {
  const { ca, certificate, key, renew } = await renewable();
  const listening = await listen(async () => OK, { host: "127.0.0.1", port: 0, tls: { certificate, key } }, LIMITS);
  expect(await shown(listening.address, ca)).toBe("first");
  await renew("second");
  await expect.poll(() => shown(listening.address, ca), { timeout: 15_000, interval: 200 }).toBe("second");
  await writeFile(certificate, "not a certificate");
  await expect.poll(() => listening.problem(), { timeout: 15_000, interval: 200 }).toContain(certificate);
  expect(await shown(listening.address, ca)).toBe("second");
  await renew("third");
  await expect.poll(() => shown(listening.address, ca), { timeout: 15_000, interval: 200 }).toBe("third");
  expect(listening.problem()).toBeUndefined();
});

test("who speaks plain HTTP to https, or trusts another authority, gets nothing", async () => {
  const { ca, certificate, key } = await renewable();
  const { address } = await listen(async () => OK, { host: "127.0.0.1", port: 0, tls: { certificate, key } }, LIMITS);
  await expect(send(address, "/")).rejects.toThrow();
  const other = await TestAuthority.make(await folder(), "other");
  await expect(send(address, "/", { ca: await readFile(other.certificate) })).rejects.toThrow("certificate");
  expect((await send(address, "/", { ca })).status).toBe(200);
});

test("a key that is not the certificate's, or no file at all, is named when it is to listen", async () => {
  const { certificate } = await renewable();
  const { key } = await renewable();
  const place = { host: "127.0.0.1", port: 0 };
  await expect(listen(async () => OK, { ...place, tls: { certificate, key } })).rejects.toThrow(
    `${certificate} and ${key}`,
  );
  const missing = "/nonexistent/server.crt";
  await expect(listen(async () => OK, { ...place, tls: { certificate: missing, key } })).rejects.toThrow(missing);
});

test("tokens: two at a time while one is exchanged, the old one ends with its line, all without a restart", async () => {
  const api = await realApi();
  const status = (token: string) =>
    send(api.address(), "/monitor/status", { headers: { authorization: `Bearer ${token}` } }).then((got) => got.status);
  const secret = (text: string) => void api.machine.secrets.set(`file ${TOKEN_REF.path}`, text);
  expect(await status(TOKEN)).toBe(200);
  secret(`${TOKEN}\r\n\n  another-token-of-many-letters \n`);
  await expect.poll(() => status("another-token-of-many-letters"), { interval: 1_100 }).toBe(200);
  expect(await status(TOKEN)).toBe(200);
  secret("another-token-of-many-letters");
  await expect.poll(() => status(TOKEN), { interval: 1_100 }).toBe(401);
  expect(await status("another-token-of-many-letters")).toBe(200);
});
