// Verifies a receipt or proof file: the same checks in the same order as fadu/core/log/verify.py, with the same words.
import { ed25519, hex, join, same, sha256, sm2, sm3, unhex, utf8 } from "./primitives.js";

export class LogError extends Error {
  constructor(what, { where = "", why = "", cure = "" } = {}) {
    super([where ? `${where}：${what}` : what, why, cure].filter(Boolean).map((part) => part.replace(/。+$/, "")).join("。") + "。");
  }
}
const stop = (what, more) => { throw new LogError(what, more); };
const SUITES = { "sha256-ed25519": sha256, "sm3-sm2": sm3 };
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Float);
const length = (text) => [...text].length;
const isInteger = (value) => typeof value === "number" || typeof value === "bigint";
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

// ---- JSON, unambiguous: duplicate keys are refused, integers and other numbers are kept apart.
class Float { constructor(value) { this.value = value; } }
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
export const parse = (text) => {
  let at = 0;
  const bad = () => stop("不是 JSON");
  const space = () => { while (" \t\n\r".includes(text[at] ?? "x")) at++; };
  const take = (pattern) => { pattern.lastIndex = at; const found = pattern.exec(text); if (!found) bad(); at += found[0].length; return found; };
  const literal = (word, value) => (text.startsWith(word, at) ? ((at += word.length), value) : bad());
  const value = (depth) => {
    if (depth > 500) stop("JSON 嵌套过深");
    space();
    const char = text[at];
    if (char === "{") return object(depth);
    if (char === "[") return array(depth);
    if (char === '"') return JSON.parse(take(STRING)[0]);
    if (char === "t") return literal("true", true);
    if (char === "f") return literal("false", false);
    if (char === "n") return literal("null", null);
    const found = take(NUMBER);
    const read = Number(found[0]);
    if (found[1] !== undefined || found[2] !== undefined) return new Float(read);
    return Number.isSafeInteger(read) ? read : BigInt(found[0]);
  };
  const array = (depth) => {
    const items = [];
    at++; space();
    if (text[at] === "]") { at++; return items; }
    for (;;) {
      items.push(value(depth + 1)); space();
      const char = text[at++];
      if (char === "]") return items;
      if (char !== ",") bad();
    }
  };
  const object = (depth) => {
    const found = Object.create(null);
    at++; space();
    if (text[at] === "}") { at++; return found; }
    for (;;) {
      space();
      const key = JSON.parse(take(STRING)[0]);
      if (key in found) stop("JSON 对象中有重复的键", { why: "重复的键会让不同的读者读到不同的内容" });
      space();
      if (text[at++] !== ":") bad();
      found[key] = value(depth + 1); space();
      const char = text[at++];
      if (char === "}") return found;
      if (char !== ",") bad();
    }
  };
  const found = value(0);
  space();
  return at === text.length ? found : bad();
};
const decodeUtf8 = (bytes) => {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return stop("不是 UTF-8 文本"); }
};
// RFC 8785: JavaScript's own writing of numbers and strings is the canonical one.
const canonical = (value) => {
  if (value instanceof Float) return Number.isFinite(value.value) ? JSON.stringify(value.value) : stop("JSON 中不能出现无穷");
  if (typeof value === "number") return JSON.stringify(value);
  if (typeof value === "bigint") stop(`整数 ${value} 超出 ±(2^53-1)`, { cure: "请改用文字记录" });
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
  if (typeof value === "string" && !wellFormed(value)) stop("文字中含有不成对的代理字符", { why: "RFC 8785 不允许", cure: "请重新录入该段文字" });
  return JSON.stringify(value);
};
const wellFormed = (text) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
const loadCanonical = (bytes) => {
  const text = decodeUtf8(bytes), value = parse(text);
  if (canonical(value) !== text) stop("不是规范 JSON", { why: "RFC 8785 要求同一内容只有一种写法", cure: "请使用未经改写的原始字节" });
  return value;
};
const plain = (value) => (value instanceof Float ? value.value : Array.isArray(value) ? value.map(plain) : isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) : value);

// ---- base64 in its one writing
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const base64 = (text, what = "") => {
  const form = typeof text === "string" && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  if (!form || (text.endsWith("=") && !ALPHABET.includes(text[0]))) stop(what ? `${what}不是 base64 文本` : "不是 base64 文本");
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (toText(bytes) !== text) stop(what ? `${what}的 base64 不是唯一写法` : "base64 文本不是唯一写法");
  return bytes;
};

// ---- signed notes (C2SP signed-note)
const KINDS = [
  { name: "ed25519", prefix: [1], size: 32 }, { name: "cosignature", prefix: [4], size: 32 },
  { name: "sm2", prefix: [0xff, ...utf8("fadu/sm2-sm3/v1")], size: 65 },
];
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const validName = (name) => name !== "" && !/[\s\u001c-\u001f\u0085+]/.test(name) && !CONTROL.test(name);
const partition = (text, mark) => { const at = text.indexOf(mark); return at < 0 ? [text, "", ""] : [text.slice(0, at), mark, text.slice(at + mark.length)]; };
const parseKey = (vkey) => {
  const [name, , rest] = partition(vkey, "+"), [id, , encoded] = partition(rest, "+");
  const raw = base64(encoded, "公钥"), where = [...vkey].slice(0, 40).join("");
  const kind = KINDS.find(({ prefix }) => same(raw.slice(0, prefix.length), prefix));
  if (!validName(name) || !kind || raw.length !== kind.prefix.length + kind.size) stop("公钥的写法不对", { where, cure: "应为 名称+编号+base64，请从公开页面完整复制" });
  const keyId = hex(sha256(join(utf8(name + "\n"), raw)).slice(0, 4));
  if (`${name}+${keyId}+${toText(raw)}` !== vkey) stop("公钥的编号与内容不符", { where, cure: `编号应为 ${keyId}，收到 ${id}；请完整复制` });
  return { name, kind: kind.name, id: keyId, bytes: raw.slice(kind.prefix.length) };
};
const splitNote = (note) => {
  if (!wellFormed(note)) stop("签名文本不是 UTF-8");
  if (utf8(note).length > 1000000 || CONTROL.test(note)) stop("签名文本过长或者含有控制字符");
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.slice(at + 2).endsWith("\n")) stop("签名文本没有签名部分", { why: "正文之后应有一个空行和至少一行签名，以换行结束" });
  const lines = note.slice(at + 2, -1).split("\n");
  if (lines.length > 100) stop("签名超过 100 行");
  return [note.slice(0, at) + "\n", lines.map(signatureLine)];
};
const signatureLine = (line) => {
  const [name, , encoded] = partition(line.startsWith("— ") ? line.slice(2) : line, " "), where = [...line].slice(0, 60).join("");
  if (!line.startsWith("— ") || !validName(name) || !encoded) stop("签名行的写法不对", { where });
  const raw = base64(encoded, "签名");
  if (raw.length < 5) stop("签名行过短", { where });
  return { name, id: hex(raw.slice(0, 4)), blob: raw.slice(4) };
};
const checkSignature = (key, text, blob) => {
  let message = utf8(text), signature = blob;
  if (key.kind === "cosignature") {
    if (blob.length !== 72) stop("见证签名的长度不对");
    message = utf8(`cosignature/v1\ntime ${cosignedAt(blob)}\n${text}`);
    signature = blob.slice(8);
  }
  const wrong = (key.kind === "sm2" ? sm2 : ed25519)(key.bytes, message, signature);
  if (wrong) stop(wrong);
};
const cosignedAt = (blob) => BigInt("0x" + hex(blob.slice(0, 8)));
const openNote = (note, keys) => {
  const [text, signatures] = splitNote(note);
  const verified = new Map();
  for (const one of signatures) {
    const name = `${one.name} ${one.id}`, key = keys.find((known) => known.name === one.name && known.id === one.id);
    if (!key || verified.has(name)) continue;
    checkSignature(key, text, one.blob);
    verified.set(name, one);
  }
  if (!verified.size) stop("没有一个已知的密钥签过名", { cure: "请核对公钥是否属于这个账本" });
  return { text, signedBy: (key) => verified.get(`${key.name} ${key.id}`) };
};
// ---- time-stamps (timestamp.py): what a token says. Its signature and certificates need a program (openssl).
const der = (bytes) => {
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    if (at + 2 > bytes.length || (tag & 0x1f) === 0x1f) stop("时间戳的编码不对", { why: "不是 DER" });
    let size = bytes[at + 1];
    at += 2;
    if (size & 0x80) {
      const count = size & 0x7f;
      if (count < 1 || count > 4) stop("时间戳的编码不对", { why: "长度不是 DER 的写法" });
      size = bytes.slice(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);
      at += count;
    }
    if (at + size > bytes.length) stop("时间戳被截断");
    found.push([tag, bytes.slice(at, at + size)]);
    at += size;
  }
  return found;
};
const cutShort = () => stop("时间戳答复的内容不完整", { cure: "应为 RFC 3161 的完整答复" });
const element = (list, place) => list[place] ?? cutShort();
const sequence = (bytes) => {
  const found = der(bytes);
  return found.length === 1 && found[0][0] === 0x30 ? found[0][1] : stop("不是时间戳答复", { cure: "应为 application/timestamp-reply 的原始字节（DER）" });
};
const inside = (bytes, kind) => {
  const parts = der(bytes);
  if (parts.length < 2 || parts[0][0] !== 6 || hex(parts[0][1]) !== kind || parts[1][0] !== 0xa0) stop("时间戳令牌的结构不对", { why: "应为 CMS 签名数据中的 TSTInfo（RFC 3161）" });
  return element(der(parts[1][1]), 0)[1];
};
const STAMP_HASHES = { "608648016503040201": "sha256-ed25519", "2a811ccf55018311": "sm3-sm2" };
const readStamp = (response) => {
  const [status, token] = der(sequence(response)), granted = der((status ?? cutShort())[1])[0] ?? [0, []];
  if (granted[0] !== 2 || granted[1].length !== 1 || granted[1][0] > 1) stop("时间戳机构没有签发时间戳", { why: `状态 ${hex(granted[1])}`, cure: "请查看时间戳机构的答复" });
  if (!token) stop("时间戳答复中没有令牌");
  const info = inside(element(der(inside(token[1], "2a864886f70d010702")), 2)[1], "2a864886f70d0109100104");
  const fields = der(info[0] === 0x30 ? sequence(info) : info);
  if (fields.length < 5 || fields[2][0] !== 0x30 || fields[4][0] !== 0x18) stop("时间戳令牌的内容不完整");
  const [algorithm, imprint] = der(fields[2][1]);
  if (!imprint) cutShort();
  const suite = STAMP_HASHES[hex(element(der(algorithm[1]), 0)[1])];
  if (!suite) stop("时间戳使用了不认识的散列算法", { cure: "应为 SHA-256 或者 SM3" });
  const said = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(String.fromCharCode(...fields[4][1]));
  if (!said) stop("时间戳令牌中的时间写法不对");
  const at = new Date(`${said[1]}-${said[2]}-${said[3]}T${said[4]}:${said[5]}:${said[6]}Z`);
  if (Number.isNaN(+at)) cutShort();
  const named = fields.slice(5).find(([tag]) => tag === 0xa0), mark = named ? hex(named[1]).indexOf("0603550403") : -1;
  const authority = mark < 0 || mark % 2 ? "" : new TextDecoder().decode(element(der(named[1].slice(mark / 2 + 5)), 0)[1]);
  return { suite, imprint: imprint[1], at, authority };
};
const checkStamp = (given, checkpoint, key, verdict) => {
  const own = signatureLines(checkpoint).find(([one]) => one.name === key.name && one.id === key.id);
  const found = readStamp(given.stamp);
  if (found.suite !== given.suite || !same(found.imprint, SUITES[given.suite](utf8(`${splitNote(checkpoint)[0]}\n${own[1]}\n`)))) stop("时间戳不是为这份内容签发的", { why: "令牌中的散列值与内容的散列值不符" });
  verdict.timestamp = { at: `${found.at.toISOString().slice(0, 19)}.000000Z`, authority: found.authority, chain: "unchecked" };
  verdict.statements.push(`时间戳：${found.authority || "时间戳机构"}签发，该检查点在 ${local(found.at)} 已经存在`);
  return found;
};
const noteStamp = (verdict) => {
  if (verdict.timestamp) verdict.warnings.push("时间戳的签名和证书链没有核验，只核对了散列值：请用 --tsa-anchor 指定时间戳机构的根证书");
};
const compareTimes = (given, leaf, verdict) => {
  if (!verdict.timestamp || given.origin.endsWith("/demo")) return;
  const recorded = moment(leaf.recorded_at), stamped = moment(verdict.timestamp.at);
  if (+recorded > +stamped + 300000) verdict.warnings.push(`痕迹自称记录于 ${local(recorded)}，晚于时间戳的 ${local(stamped)}：平台的时钟不准，或者记录时间不真实`);
};
const signatureLines = (note) => note.slice(note.lastIndexOf("\n\n") + 2, -1).split("\n").map((line) => [signatureLine(line), line]);
const openCheckpoint = (note, key, others, origin) => {
  const opened = openNote(note, [key, ...others]);
  if (!opened.signedBy(key)) stop("检查点没有账本自己的签名");
  const lines = opened.text.split("\n");
  if (lines.length !== 4 || lines[3]) stop("检查点应恰为三行", { why: "多出的行无人能够查验" });
  const [from, size, root] = lines;
  if (!validName(from.replaceAll(" ", "_"))) stop("检查点缺少账本名称");
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(size) || BigInt(size) >= 2n ** 63n) stop(`检查点的条数 '${[...size].slice(0, 30).join("")}' 不是十进制整数`);
  const digest = base64(root);
  if (digest.length !== 32) stop("检查点的根不是 32 字节");
  if (from !== origin) stop(`检查点属于账本 ${from}，不是 ${origin}`);
  return [{ size: BigInt(size), root: digest }, opened];
};

// ---- the Merkle tree (RFC 9162, 2.1.3.2)
const checkRecord = (hash, proof, size, root, index, leaf) => {
  if (index < 0n || index >= size) stop(`序号 ${index} 不在共 ${size} 条的账本之内`);
  if ([...proof, root, leaf].some((value) => value.length !== 32)) stop("散列值长度不是 32 字节");
  const node = (left, right) => hash(join([1], left, right));
  let place = index, last = size - 1n, current = leaf;
  for (const sibling of proof) {
    if (last === 0n) stop("存在证明过长");
    if (place & 1n || place === last) {
      current = node(sibling, current);
      while (!(place & 1n) && place) { place >>= 1n; last >>= 1n; }
    } else current = node(current, sibling);
    place >>= 1n; last >>= 1n;
  }
  if (last) stop("存在证明过短");
  if (!same(current, root)) stop("存在证明算出的根与检查点不符", { why: "该条痕迹、证明或者检查点被改动过" });
};

// ---- moments
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const moment = (text) => {
  const cure = "应为世界协调时，精确到微秒，如 2026-09-24T02:00:00.000000Z";
  if (typeof text !== "string" || !MOMENT.test(text)) stop(`时间 ${typeof text === "string" ? `'${text}'` : text} 的写法不对`, { cure });
  const found = new Date(text.slice(0, 23) + "Z");
  if (Number.isNaN(+found) || found.toISOString().slice(0, 19) !== text.slice(0, 19)) stop(`没有 ${text} 这个时间`);
  return found;
};
const local = (date) => `${new Date(+date + 8 * 3600000).toISOString().slice(0, 19).replace("T", " ")}（北京时间）`;

// ---- the leaf (record.py)
const LEAF_KEYS = ["v", "log", "epoch", "case", "seq", "prev", "step", "performers", "recorder", "organ", "occurred_at", "recorded_at", "channel", "definition", "fields", "files", "covers", "nonce", "request"];
const exact = (body, keys) => {
  const unknown = Object.keys(body).filter((key) => !keys.includes(key)).sort(), missing = keys.filter((key) => !has(body, key)).sort();
  if (unknown.length) stop(`痕迹中有不认识的键：${unknown.join("、")}`);
  if (missing.length) stop(`痕迹缺少：${missing.join("、")}`);
};
const hexed = (value, where, empty = false) => { if (typeof value !== "string" || !(/^[0-9a-f]{64}$/.test(value) || (empty && value === ""))) stop("应为 64 位小写十六进制数", { where }); };
const words = (body, limits) => {
  for (const [key, [least, most]] of Object.entries(limits)) if (typeof body[key] !== "string" || length(body[key]) < least || length(body[key]) > most) stop(`应为 ${least} 至 ${most} 个字的文字`, { where: key });
};
const sameKeys = (value, ...keys) => isObject(value) && Object.keys(value).length === keys.length && keys.every((key) => has(value, key));
const checkParty = (value, where) => {
  if (sameKeys(value, "id", "post")) { hexed(value.id, where); words(value, { post: [1, 120] }); }
  else if (sameKeys(value, "pseudonym")) hexed(value.pseudonym, where);
  else if (sameKeys(value, "system")) words(value, { system: [1, 60] });
  else stop("应为职务与编号、案内化名或者系统名之一", { where });
};
const checkCommitments = (value, where) => {
  if (!isObject(value)) stop("应为名称到承诺的对照", { where });
  for (const [name, commitment] of Object.entries(value)) {
    if (length(name) < 1 || length(name) > 80 || /[\u0000-\u001f]/.test(name)) stop(`名称 '${name}' 须为 1 至 80 个字，且不含控制字符`, { where });
    hexed(commitment, `${where}.${name}`);
  }
};
const checkLeaf = (body) => {
  exact(body, LEAF_KEYS);
  words(body, { log: [1, 200], organ: [0, 120] });
  if (!isInteger(body.epoch) || body.epoch < 1) stop("应为正整数", { where: "epoch" });
  hexed(body.nonce, "nonce");
  words(body, { step: [1, 120], request: [0, 100] });
  if (!isInteger(body.seq) || body.seq < 1) stop("应为正整数", { where: "seq" });
  hexed(body.case, "case");
  hexed(body.prev, "prev", body.seq === 1);
  if (body.seq === 1 && body.prev) stop("一件事的第一条痕迹没有前一条", { where: "prev" });
  hexed(body.definition, "definition", true);
  if (!Array.isArray(body.performers) || !body.performers.length) stop("至少有一名行为人", { where: "performers" });
  for (const party of body.performers) checkParty(party, "performers");
  checkParty(body.recorder, "recorder");
  moment(body.occurred_at);
  moment(body.recorded_at);
  const channel = body.channel;
  if (!(sameKeys(channel, "kind") && channel.kind === "performed")) {
    if (!sameKeys(channel, "kind", "source") || channel.kind !== "attested") stop("应为当场办理，或者注明来源的补录", { where: "channel" });
    words(channel, { source: [1, 200] });
  }
  checkCommitments(body.fields, "fields");
  checkCommitments(body.files, "files");
  if (!Array.isArray(body.covers)) stop("应为列表", { where: "covers" });
  for (const one of body.covers) {
    if (!sameKeys(one, "kind", "count", "root")) stop("应有种类、数量和根", { where: "covers" });
    words(one, { kind: [1, 60] });
    hexed(one.root, "covers.root");
    if (!isInteger(one.count) || one.count < 0) stop("数量应为非负整数", { where: "covers.count" });
  }
};
const readLeaf = (bytes) => {
  if (bytes.length > 8192) stop(`痕迹有 ${bytes.length} 字节，超过 8192 字节`, { cure: "字段过多时请改用附件，只记其摘要" });
  const body = loadCanonical(bytes), version = isObject(body) ? body.v ?? null : null;
  if (version === "fadu/leaf/v1") checkLeaf(body);
  else if (version === "fadu/blinded/v1") { exact(body, ["v", "log", "epoch", "c"]); hexed(body.c, "c"); }
  else stop(`不认识的痕迹版本 ${typeof version === "string" ? `'${version}'` : version ?? "None"}`);
  return body;
};

// ---- the file
const RECEIPT_KEYS = ["format", "suite", "origin", "keys", "promise", "leaf", "index", "proof", "checkpoint", "opened"];
const PROOF_KEYS = ["format", "suite", "origin", "keys", "leaf", "proof"];
const STAMP = "timestamp";
const differing = (raw, keys) => [...Object.keys(raw).filter((key) => key !== STAMP && !keys.includes(key)), ...keys.filter((key) => !has(raw, key))].sort();
const incomplete = (what) => stop(`${what}的内容不完整或者类型不对`);
const textOrNull = (value) => value === null || typeof value === "string";
export const readFile = (bytes) => {
  const raw = parse(decodeUtf8(bytes));
  if (isObject(raw) && raw.format === "fadu/proof/v1") return readProof(raw);
  if (!isObject(raw) || raw.format !== "fadu/receipt/v1") stop("不是法度平台的回执", { cure: "应为 format 等于 fadu/receipt/v1 的 JSON 文件" });
  const wrong = differing(raw, RECEIPT_KEYS);
  if (wrong.length) stop(`回执的键不对：${wrong.join("、")}`);
  return readReceipt(raw);
};
const readReceipt = (raw) => {
  if (!has(SUITES, raw.suite)) stop(`不认识的密码套件 '${raw.suite}'`);
  const { keys, opened, index } = raw;
  if (!isObject(keys) || !Array.isArray(keys.witnesses) || !isObject(opened) || !Array.isArray(raw.proof)) incomplete("回执");
  const texts = [raw.origin, keys.log, keys.promise, raw.promise, ...keys.witnesses];
  if (!texts.every((text) => typeof text === "string") || !textOrNull(raw.checkpoint)) incomplete("回执");
  if (index !== null && (!isInteger(index) || index < 0)) stop("序号应为非负整数", { where: "index" });
  if ((raw.leaf === null) !== (index === null) || (index === null) !== (raw.checkpoint === null)) stop("痕迹、序号和检查点应同时具备或者同时缺少");
  if (raw.leaf !== null && !isObject(raw.leaf)) incomplete("回执");
  if (!isObject(opened.fields) || !isObject(opened.files) || !has(opened, "blind") || (opened.blind !== null && !isObject(opened.blind))) incomplete("回执");
  const openings = (given) => Object.entries(given).map(([name, one]) => (isObject(one) ? [name, base64(one.salt), base64(one.value)] : incomplete("回执")));
  return {
    kind: "receipt", suite: raw.suite, origin: raw.origin, logKey: keys.log, promiseKey: keys.promise, witnesses: keys.witnesses, promise: raw.promise,
    body: raw.leaf === null ? null : base64(raw.leaf.body), index: index === null ? null : BigInt(index), proof: raw.proof.map((one) => base64(one)), checkpoint: raw.checkpoint,
    fields: openings(opened.fields), files: openings(opened.files), blind: opened.blind === null ? null : [base64(opened.blind.salt), base64(opened.blind.body)],
    stamp: has(raw, STAMP) ? base64(raw[STAMP]) : null,
  };
};
const readProof = (raw) => {
  const wrong = differing(raw, PROOF_KEYS);
  if (wrong.length) stop(`证明文件的键不对：${wrong.join("、")}`);
  if (!isObject(raw.keys) || !Array.isArray(raw.keys.witnesses)) incomplete("证明文件");
  const leaf = base64(raw.leaf);
  if (!has(SUITES, raw.suite)) stop(`不认识的密码套件 '${raw.suite}'`);
  if (![raw.origin, raw.keys.log, ...raw.keys.witnesses].every((one) => typeof one === "string") || !textOrNull(raw.proof)) incomplete("证明文件");
  if (leaf.length !== 32) stop("痕迹的散列值不是 32 字节");
  return { kind: "proof", suite: raw.suite, origin: raw.origin, logKey: raw.keys.log, witnesses: raw.keys.witnesses, leaf, text: raw.proof, stamp: has(raw, STAMP) ? base64(raw[STAMP]) : null };
};

// ---- the checks, in the order of verify.py
export const TITLES = {
  proved: "成立：该行为已记入账本，未被改动", failed: "不成立：回执没有通过验证",
  broken_promise: "承诺未兑现：这份回执是对平台不利的证据", pending: "待证：承诺期限未到", unreadable: "读不懂：这不是完整的回执文件",
};
export const check = (given, { at, logKey = null, promiseKey = null }) => {
  const verdict = { status: "pending", statements: [], warnings: [], witnesses: [], timestamp: null, leaf: {}, opened: {} };
  try {
    if (given.kind === "proof") checkProof(given, verdict, logKey);
    else checkReceipt(given, verdict, at, logKey, promiseKey);
    noteStamp(verdict);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    verdict.status = "failed";
    verdict.statements.push(`不成立：${error.message}`);
  }
  return verdict;
};
const checkReceipt = (given, verdict, at, logKey, promiseKey) => {
  const hash = SUITES[given.suite], promised = checkPromise(given, verdict, promiseKey);
  noteKeys(given, verdict, logKey);
  if (given.body === null) { judgeWithoutProof(promised, verdict, at); return; }
  const leaf = hash(join([0], given.body));
  if (!same(leaf, promised.leaf)) stop("痕迹的散列值与当初承诺的不符", { why: "回执中的痕迹不是平台当时承诺记入的那一条" });
  checkPlaced(given, given.index, given.proof, given.checkpoint, leaf, verdict);
  const inner = innerLeaf(given, hash, promised);
  checkOpened(given, hash, inner, verdict);
  compareTimes(given, inner, verdict);
  verdict.leaf = plain(inner);
  verdict.status = "proved";
};
const checkProof = (given, verdict, logKey) => {
  noteKeys(given, verdict, logKey);
  if (given.text === null) { verdict.statements.push("该痕迹尚未并入签名检查点，请稍后从同一链接取得证明"); return; }
  const [head, , checkpoint] = partition(given.text, "\n\n"), lines = head.split("\n");
  if (lines.length < 3 || lines[0] !== "c2sp.org/tlog-proof@v1" || !lines[1].startsWith("extra ") || !lines[2].startsWith("index ")) stop("不是存在证明文本");
  const number = lines[2].slice(6);
  if (!/^(?:0|[1-9][0-9]*)$/.test(number)) stop("序号应为十进制整数");
  const path = lines.slice(3).map((line) => base64(line)), leaf = base64(lines[1].slice(6));
  if (!same(leaf, given.leaf)) stop("证明不是这条痕迹的证明", { where: hex(given.leaf).slice(0, 16) });
  verdict.statements.push(`痕迹的散列值为 ${hex(leaf)}`);
  checkPlaced(given, BigInt(number), path, checkpoint, leaf, verdict);
  verdict.status = "proved";
};
const checkPromise = (given, verdict, pinned) => {
  if (pinned !== null && pinned !== given.promiseKey) stop("签发承诺的公钥不是指定的公钥", { where: given.promiseKey });
  const key = parseKey(given.promiseKey), opened = openNote(given.promise, [key]), lines = opened.text.split("\n");
  if (lines.length !== 7 || lines[0] !== "fadu/promise/v1" || lines[6] || !/^[0-9]+$/.test(lines[3])) stop("承诺的格式不对", { cure: "请使用平台发出的原文" });
  const leaf = base64(lines[4]);
  if (leaf.length !== 32) stop("承诺中的散列值不是 32 字节");
  const before = moment(lines[5]);
  if (BigInt(lines[3]).toString() !== lines[3]) stop("承诺的格式不对", { cure: "请使用平台发出的原文" });
  if (lines[1] !== given.origin || key.name !== `${given.origin}/promise`) stop("承诺属于另一个账本", { where: lines[1] });
  verdict.statements.push(`平台承诺：案号 ${lines[2]} 第 ${lines[3]} 项行为，${local(before)} 前记入账本 ${lines[1]}`);
  return { seq: BigInt(lines[3]), leaf, before };
};
const noteKeys = (given, verdict, pinned) => {
  if (pinned === null) verdict.warnings.push(`账本公钥来自回执本身，请与公开的公钥核对，或者用 --log-key 指定：${given.logKey}`);
  else if (pinned !== given.logKey) stop("账本公钥不是指定的公钥", { where: given.logKey });
  if (given.origin.endsWith("/demo")) verdict.warnings.push("这是演示系统的账本，时间为演示时间，不具有法律效力");
};
const judgeWithoutProof = (promised, verdict, at) => {
  if (at <= promised.before) { verdict.statements.push("承诺期限未到，请稍后从同一链接取得证明"); return; }
  verdict.status = "broken_promise";
  verdict.statements.push(`承诺期限（${local(promised.before)}）已过而回执没有证明。请先从同一链接重新取得；仍然没有的，这份由平台签名的承诺就是平台没有如期把该行为记入账本的证据，可以向监督机关提出`);
};
const checkPlaced = (given, index, path, checkpoint, leaf, verdict) => {
  const key = parseKey(given.logKey), witnesses = given.witnesses.map(parseKey);
  const [found, opened] = openCheckpoint(checkpoint, key, witnesses, given.origin);
  checkRecord(SUITES[given.suite], path, found.size, found.root, index, leaf);
  verdict.statements.push(`该痕迹是账本的第 ${index} 条，在共 ${found.size} 条的签名检查点之内`);
  for (const witness of witnesses) {
    const signature = opened.signedBy(witness);
    if (!signature) continue;
    const seen = witness.kind === "cosignature" ? `（${local(new Date(Number(cosignedAt(signature.blob)) * 1000))}）` : "";
    verdict.witnesses.push(witness.name);
    verdict.statements.push(`见证方 ${witness.name} 已见证该检查点${seen}`);
  }
  if (!verdict.witnesses.length) verdict.warnings.push("该检查点尚无见证方签名，不能排除平台另有一份内容不同的账本");
  if (given.stamp !== null) checkStamp(given, checkpoint, key, verdict);
};
const innerLeaf = (given, hash, promised) => {
  let leaf = readLeaf(given.body);
  if (leaf.v === "fadu/blinded/v1") {
    if (given.blind === null) stop("这是保密事项的痕迹，回执缺少打开它的内容");
    const [salt, inner] = given.blind;
    if (hex(hash(join(utf8("fadu/blinded/v1\0"), salt, inner))) !== leaf.c) stop("保密痕迹的内容与账本中的承诺不符");
    leaf = readLeaf(inner);
  }
  if (leaf.v !== "fadu/leaf/v1" || leaf.log !== given.origin || BigInt(leaf.seq) !== promised.seq) stop("痕迹的账本或者序号与承诺不符");
  return leaf;
};
const checkOpened = (given, hash, leaf, verdict) => {
  for (const [kind, opened] of [["fields", given.fields], ["files", given.files]]) {
    for (const [name, salt, encoded] of opened) {
      if (!has(leaf[kind], name)) stop(`痕迹中没有“${name}”`);
      const shown = kind === "fields" ? name : `file:${name}`, label = utf8(shown);
      if (salt.length !== 32) stop(`“${shown}”的盐值长度不是 32 字节`);
      const sized = new Uint8Array([label.length >> 8, label.length & 255]);
      const made = hash(join(utf8("fadu/field/v1\0"), sized, label, salt, encoded));
      if (!same(made, unhex(leaf[kind][name]))) stop(`“${shown}”的内容与痕迹中的承诺不符`, { why: "出示的内容不是当时记入的内容" });
      verdict.opened[name] = decodeValue(encoded);
      verdict.statements.push(`“${name}”的内容与痕迹一致`);
    }
  }
};
const decodeValue = (encoded) => {
  const kind = String.fromCharCode(encoded[0] ?? 0), rest = encoded.slice(1);
  if (kind === "b") return hex(rest);
  if (kind === "s") return decodeUtf8(rest);
  if (kind === "j") return plain(loadCanonical(rest));
  return stop("开示内容的类型不认识");
};
