// Hashes and signature verification in plain JavaScript: the same answer in every browser, also without a secure context
// (WebCrypto is absent on http: pages, and has neither SM2 nor SM3). Only public values are handled, so time may depend
// on them. A port of fadu/core/log/{ed25519,sm2,sm3}.py; tests compare the two.

export const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};
export const utf8 = (text) => new TextEncoder().encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

const padded = (data, block, lengthBytes) => {
  const size = Math.ceil((data.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(data);
  out[data.length] = 0x80;
  new DataView(out.buffer).setBigUint64(size - 8, BigInt(data.length) * 8n);
  return out;
};

// FIPS 180-4: constants are the fractions of square and cube roots of the first primes, computed exactly.
const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
const root = (n, power) => {
  let low = 0n, high = n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= n) low = middle; else high = middle - 1n;
  }
  return low;
};
const fraction = (prime, power, bits) => root(BigInt(prime) << (power * bits), power) & ((1n << bits) - 1n);
const K32 = Uint32Array.from(primes.slice(0, 64), (p) => Number(fraction(p, 3n, 32n)));
const H32 = Uint32Array.from(primes.slice(0, 8), (p) => Number(fraction(p, 2n, 32n)));
const K64 = primes.map((p) => fraction(p, 3n, 64n));
const H64 = primes.slice(0, 8).map((p) => fraction(p, 2n, 64n));

export const sha256 = (data) => {
  const input = padded(data, 64, 8);
  const view = new DataView(input.buffer);
  const h = Uint32Array.from(H32);
  const w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < input.length; block += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getUint32(block + 4 * t);
    for (let t = 16; t < 64; t++) {
      const a = w[t - 15], b = w[t - 2];
      w[t] = w[t - 16] + w[t - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, i] = h;
    for (let t = 0; t < 64; t++) {
      const one = (i + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K32[t] + w[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [i, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, i].forEach((value, at) => (h[at] += value));
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((value, at) => out.setUint32(4 * at, value));
  return new Uint8Array(out.buffer);
};

const M64 = (1n << 64n) - 1n;
export const sha512 = (data) => {
  const input = padded(data, 128, 16);
  const view = new DataView(input.buffer);
  const h = [...H64];
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
  for (let block = 0; block < input.length; block += 128) {
    const w = Array.from({ length: 16 }, (_, t) => view.getBigUint64(block + 8 * t));
    for (let t = 16; t < 80; t++) {
      const a = w[t - 15], b = w[t - 2];
      w[t] = (w[t - 16] + w[t - 7] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & M64;
    }
    let [a, b, c, d, e, f, g, i] = h;
    for (let t = 0; t < 80; t++) {
      const one = i + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & M64 & g)) + K64[t] + w[t];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [i, g, f, e, d, c, b, a] = [g, f, e, (d + one) & M64, c, b, a, (one + two) & M64];
    }
    [a, b, c, d, e, f, g, i].forEach((value, at) => (h[at] = (h[at] + value) & M64));
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((value, at) => out.setBigUint64(8 * at, value));
  return new Uint8Array(out.buffer);
};

// GB/T 32905-2016.
export const sm3 = (data) => {
  const input = padded(data, 64, 8);
  const view = new DataView(input.buffer);
  const turn = (x, n) => (n %= 32, n ? (x << n) | (x >>> (32 - n)) : x);
  let v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
  const w = new Uint32Array(68);
  for (let block = 0; block < input.length; block += 64) {
    for (let j = 0; j < 16; j++) w[j] = view.getUint32(block + 4 * j);
    for (let j = 16; j < 68; j++) {
      const x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15);
      w[j] = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6];
    }
    let [a, b, c, d, e, f, g, h] = v;
    for (let j = 0; j < 64; j++) {
      const ss1 = turn((turn(a, 12) + e + turn(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ turn(a, 12)) + (w[j] ^ w[j + 4])) | 0;
      const tt2 = (gg + h + ss1 + w[j]) | 0;
      [a, b, c, d, e, f, g, h] = [tt1, a, turn(b, 9), c, tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g];
    }
    v = [a, b, c, d, e, f, g, h].map((value, at) => value ^ v[at]);
  }
  const out = new DataView(new ArrayBuffer(32));
  v.forEach((value, at) => out.setInt32(4 * at, value));
  return new Uint8Array(out.buffer);
};

const number = (bytes) => BigInt("0x" + (hex(bytes) || "0"));
const mod = (a, m) => ((a % m) + m) % m;
const power = (base, exponent, m) => {
  let result = 1n;
  for (base = mod(base, m); exponent; exponent >>= 1n, base = (base * base) % m) if (exponent & 1n) result = (result * base) % m;
  return result;
};
const times = (scalar, point, zero, add) => {
  let result = zero;
  for (; scalar; scalar >>= 1n, point = add(point, point)) if (scalar & 1n) result = add(result, point);
  return result;
};

// Ed25519 (RFC 8032, 5.1.7), strict, without cofactor. Answers the sentence of what is wrong, or nothing.
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n, P), P);
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n, P);
const edAdd = (p, q) => {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]), P), b = mod((p[1] + p[0]) * (q[1] + q[0]), P);
  const c = mod(2n * p[3] * q[3] * D, P), d = mod(2n * p[2] * q[2], P);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f, P), mod(g * h, P), mod(f * g, P), mod(e * h, P)];
};
const edDecode = (bytes) => {
  const all = number(Uint8Array.from(bytes).reverse());
  const y = all & ((1n << 255n) - 1n), sign = all >> 255n;
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n, P), P);
  let x = power(square, (P + 3n) / 8n, P);
  if (mod(x * x - square, P)) x = mod(x * SQRT_MINUS_1, P);
  if (mod(x * x - square, P) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y, P)];
};
const ED_BASE = edDecode(unhex("58" + "66".repeat(31)));
export const ed25519 = (key, message, signature) => {
  if (key.length !== 32 || signature.length !== 64) return "Ed25519 公钥或者签名的长度不对";
  const a = edDecode(key), r = edDecode(signature.slice(0, 32));
  const s = number(signature.slice(32).reverse());
  if (!a || !r || s >= ORDER) return "Ed25519 签名的编码不对";
  const k = mod(number(sha512(join(signature.slice(0, 32), key, message)).reverse()), ORDER);
  const zero = [0n, 1n, 1n, 0n];
  const left = times(s, ED_BASE, zero, edAdd), right = edAdd(r, times(k, a, zero, edAdd));
  const differs = (at) => mod(left[at] * right[2] - right[at] * left[2], P);
  return differs(0) || differs(1) ? "Ed25519 签名不成立" : "";
};

// SM2 (GB/T 32918.2 with SM3, signature coded as GM/T 0009).
const Q = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = Q - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;
const INFINITY = [1n, 1n, 0n];
const smDouble = ([x, y, z]) => {
  if (!y || !z) return INFINITY;
  const square = mod(y * y, Q), s = mod(4n * x * square, Q), m = mod(3n * (x - z * z) * (x + z * z), Q);
  const x3 = mod(m * m - 2n * s, Q);
  return [x3, mod(m * (s - x3) - 8n * square * square, Q), mod(2n * y * z, Q)];
};
const smAdd = (p, q) => {
  if (!p[2]) return q;
  if (!q[2]) return p;
  const z1 = mod(p[2] * p[2], Q), z2 = mod(q[2] * q[2], Q);
  const u1 = mod(p[0] * z2, Q), u2 = mod(q[0] * z1, Q), s1 = mod(p[1] * z2 * q[2], Q), s2 = mod(q[1] * z1 * p[2], Q);
  if (u1 === u2) return s1 === s2 ? smDouble(p) : INFINITY;
  const h = mod(u2 - u1, Q), r = mod(s2 - s1, Q), h2 = mod(h * h, Q), h3 = mod(h * h2, Q), v = mod(u1 * h2, Q);
  const x3 = mod(r * r - h3 - 2n * v, Q);
  return [x3, mod(r * (v - x3) - s1 * h3, Q), mod(h * p[2] * q[2], Q)];
};
const derInteger = (data, start) => {
  const length = data[start] === 2 ? data[start + 1] ?? 0 : 0;
  const content = data.slice(start + 2, start + 2 + length);
  const long = content.length > 1 && content[0] === 0 && content[1] < 0x80;
  return !content.length || content.length !== length || content[0] & 0x80 || long ? null : [number(content), start + 2 + length];
};
const bytes32 = (value) => unhex(value.toString(16).padStart(64, "0"));
export const sm2 = (key, message, signature) => {
  if (key.length !== 65 || key[0] !== 4) return "SM2 公钥应为 65 字节的未压缩点";
  const x = number(key.slice(1, 33)), y = number(key.slice(33));
  if (x >= Q || y >= Q || mod(y * y - (x * x * x + A * x + B), Q)) return "SM2 公钥不在曲线上";
  const head = signature.length >= 8 && signature[0] === 0x30 && signature[1] === signature.length - 2;
  const first = head && derInteger(signature, 2), second = first && derInteger(signature, first[1]);
  if (!second || second[1] !== signature.length) return "SM2 签名的编码不对";
  const r = first[0], s = second[0];
  if (r < 1n || r >= N || s < 1n || s >= N) return "SM2 签名的编码不对";
  const t = mod(r + s, N);
  if (!t) return "SM2 签名不成立";
  const point = smAdd(times(s, [GX, GY, 1n], INFINITY, smAdd), times(t, [x, y, 1n], INFINITY, smAdd));
  if (!point[2]) return "SM2 签名不成立";
  const user = utf8("1234567812345678");
  const z = sm3(join(new Uint8Array([0, user.length * 8]), user, ...[A, B, GX, GY].map(bytes32), key.slice(1)));
  const e = number(sm3(join(z, message)));
  const affine = mod(point[0] * power(point[2] * point[2], Q - 2n, Q), Q);
  return mod(e + affine, N) === r ? "" : "SM2 签名不成立";
};
